// Which instruction set the kernels are taken from: the best of the CPU, chosen once.

#include "instruction_sets.h"

#include <stdatomic.h>

/// The set in use, or -1 before anybody asked.
static _Atomic int chosen = -1;

enum loss_instruction_set loss_best_instruction_set(void) {
#if defined(__x86_64__)
  // Both ask the operating system as well, whether it saves the registers.
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    return loss_instruction_set_avx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return loss_instruction_set_avx2;
#endif
  return loss_instruction_set_baseline;
}

bool loss_use_instruction_set(enum loss_instruction_set set) {
  if (set > loss_best_instruction_set()) return false;
  atomic_store_explicit(&chosen, (int)set, memory_order_relaxed);
  return true;
}

const struct instruction_set *loss_instruction_set_in_use(void) {
  int set = atomic_load_explicit(&chosen, memory_order_relaxed);
  if (set < 0) {
    set = (int)loss_best_instruction_set();
    atomic_store_explicit(&chosen, set, memory_order_relaxed);
  }
  switch (set) {
#if defined(__x86_64__)
    case loss_instruction_set_avx512:
      return &loss_avx512_set;
    case loss_instruction_set_avx2:
      return &loss_avx2_set;
#endif
    default:
      return &loss_baseline_set;
  }
}
