// Fused multiply-add of lanes of Double, where not every CPU has it, of numbers whose products and sums
// are finite: the product in two parts (Dekker 1971), and what is below its sum with the term rounded
// to odd (Boldo and Melquiond 2008).

/// A sum, and what rounding took from it.
static INLINE V K(sum_in_two)(V a, V b, V *lost) {
  const V sum = a + b;
  const V part = sum - a;
  *lost = (a - (sum - part)) + (b - part);
  return sum;
}

/// The upper half of the digits.
static INLINE V K(upper_half)(V a) {
  const V scaled = a * 134217729.0;
  return scaled - (scaled - a);
}

static OUTLINED V K(fused)(V a, V b, V c) {
  const V product = a * b;
  const V a_upper = K(upper_half)(a), b_upper = K(upper_half)(b);
  const V a_lower = a - a_upper, b_lower = b - b_upper;
  const V product_lost =
      ((a_upper * b_upper - product) + a_upper * b_lower + a_lower * b_upper) + a_lower * b_lower;
  V low_lost, high_lost, lost;
  const V low = K(sum_in_two)(c, product_lost, &low_lost);
  const V high = K(sum_in_two)(product, low, &high_lost);
  const V rest = K(sum_in_two)(high_lost, low_lost, &lost);
  const M is_rounded = (lost > 0) | (lost < 0);
  const M is_too_large = ((lost < 0) & (rest > 0)) | ((lost > 0) & (rest < 0));
  return high + (V)(((M)rest + is_too_large) | (is_rounded & 1));
}
