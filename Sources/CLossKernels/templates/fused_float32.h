// Fused multiply-add of lanes of Float, where not every CPU has it: in Double, whose sum is rounded to
// odd, so that Float's rounding is right (Boldo and Melquiond 2008).

static OUTLINED V K(fused)(V a, V b, V c) {
  typedef double doubles __attribute__((ext_vector_type(COUNT)));
  typedef int64_t signed_words __attribute__((ext_vector_type(COUNT)));
  // Exact: twice 24 bits are no more than 53.
  const doubles product = __builtin_convertvector(a, doubles) * __builtin_convertvector(b, doubles);
  const doubles term = __builtin_convertvector(c, doubles);
  const doubles sum = product + term;
  const doubles part = sum - product;
  const doubles lost = (product - (sum - part)) + (term - part);
  // Truncated, with an odd last digit; nothing changes where the sum is exact or not finite.
  const signed_words is_rounded = (lost > 0) | (lost < 0);
  const signed_words is_too_large = ((lost < 0) & (sum > 0)) | ((lost > 0) & (sum < 0));
  const signed_words odd = ((signed_words)sum + is_too_large) | (is_rounded & 1);
  return __builtin_convertvector((doubles)odd, V);
}
