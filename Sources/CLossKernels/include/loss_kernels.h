// The hot loops of KerasLosses, compiled for several instruction sets: an implementation detail.
//
// The Swift kernels are the specification. Each function computes the same bits as the Swift kernel
// that it is named after, on every instruction set: numbers are taken 64 bytes at a time, in the
// order of LaneSum, and multiplications are fused with additions where the Swift functions say so.

#ifndef LOSS_KERNELS_H
#define LOSS_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Kernels whose loss is the mean of what an element makes of a label and a prediction.
#define LOSS_MEANS(EACH)            \
  EACH(squared_error)               \
  EACH(absolute_error)              \
  EACH(absolute_percentage_error)   \
  EACH(squared_logarithmic_error)   \
  EACH(huber)                       \
  EACH(log_cosh)                    \
  EACH(poisson)                     \
  EACH(hinge)                       \
  EACH(squared_hinge)               \
  EACH(binary_crossentropy)         \
  EACH(binary_crossentropy_logits)  \
  EACH(binary_focal_crossentropy)

/// Kernels of whole rows.
#define LOSS_WHOLE_ROWS(EACH)                   \
  EACH(categorical_crossentropy)                \
  EACH(categorical_crossentropy_logits)         \
  EACH(sparse_categorical_crossentropy)         \
  EACH(sparse_categorical_crossentropy_logits)  \
  EACH(kl_divergence)                           \
  EACH(cosine_similarity)                       \
  EACH(categorical_hinge)

/// What is made of a row of labels and predictions.
enum loss_kernel {
#define LOSS_KERNEL(name) loss_kernel_##name,
  LOSS_MEANS(LOSS_KERNEL) LOSS_WHOLE_ROWS(LOSS_KERNEL)
#undef LOSS_KERNEL
};

/// Functions of the 64 bytes of numbers that are taken at a time.
#define LOSS_ELEMENTARY_FUNCTIONS(EACH)     \
  EACH(exponential)                         \
  EACH(logarithm)                           \
  EACH(logarithm_of_normal)                 \
  EACH(logarithm_of_one_plus)               \
  EACH(logarithm_of_one_plus_nonnegative)   \
  EACH(log_cosh_of_small)

/// An elementary function.
enum loss_elementary {
#define LOSS_ELEMENTARY(name) loss_elementary_##name,
  LOSS_ELEMENTARY_FUNCTIONS(LOSS_ELEMENTARY)
#undef LOSS_ELEMENTARY
};

/// Instruction sets; later ones have what earlier ones have.
enum loss_instruction_set {
  /// What every CPU of the architecture has: SSE2, or NEON.
  loss_instruction_set_baseline,
  /// AVX2 with fused multiply-add.
  loss_instruction_set_avx2,
  loss_instruction_set_avx512,
};

/// The name that Swift knows a field by.
#define LOSS_NAME(name) __attribute__((swift_name(#name)))

#define LOSS_ROWS(NAME, SCALAR)                                                                   \
  /** Rows of one length, one behind the other, and what is made of them. */                      \
  struct NAME {                                                                                   \
    enum loss_kernel kernel;                                                                      \
    /** Whether subnormal numbers are zero. */                                                    \
    bool flushes;                                                                                 \
    /** Whether labels are t * kept + share. */                                                   \
    bool smooths;                                                                                 \
    SCALAR kept;                                                                                  \
    SCALAR share;                                                                                 \
    /** The limits of probabilities, or the smallest number (low). */                             \
    SCALAR low;                                                                                   \
    SCALAR high;                                                                                  \
    /** The slope of a clip or maximum at its limit. */                                           \
    SCALAR tie;                                                                                   \
    /** The slope of |x| at zero and at NaN; what a maximum passes at NaN (of_nan). */            \
    SCALAR at_zero LOSS_NAME(atZero);                                                             \
    SCALAR of_nan LOSS_NAME(ofNaN);                                                               \
    /** Huber's delta, log 2, or Poisson's epsilon. */                                            \
    SCALAR constant;                                                                              \
    /** Weights of ones and of zeros, where has_balance. */                                       \
    bool has_balance LOSS_NAME(hasBalance);                                                       \
    SCALAR ones;                                                                                  \
    SCALAR zeros;                                                                                 \
    /** What the losses of means are multiplied by. */                                            \
    SCALAR factor;                                                                                \
    /** Labels of rows * columns, where there are no ids. */                                      \
    const SCALAR *_Nullable y_true LOSS_NAME(yTrue);                                              \
    /** A class id for each row; one that is no class matches none. */                            \
    const int32_t *_Nullable ids;                                                                 \
    /** The id of rows that cost nothing, where has_ignored. */                                   \
    bool has_ignored LOSS_NAME(hasIgnored);                                                       \
    int32_t ignored;                                                                              \
    const SCALAR *_Nullable y_pred LOSS_NAME(yPred);                                              \
    size_t rows;                                                                                  \
    size_t columns;                                                                               \
    /** Receives a loss for each row. */                                                          \
    SCALAR *_Nullable losses;                                                                     \
    /** Receives the slopes, or NULL where nobody asks. */                                        \
    SCALAR *_Nullable slopes;                                                                     \
    /** Whether slopes are multiplied by slope_factor and flushed: they are a gradient then. */   \
    bool scales;                                                                                  \
    SCALAR slope_factor LOSS_NAME(slopeFactor);                                                   \
  }

#define LOSS_OVERLAP(NAME, SCALAR)                                                                \
  /** Labels and predictions of which products are summed: for Dice and Tversky. */               \
  struct NAME {                                                                                   \
    /** Whether the sums are those of t p, t (1 - p), p (1 - t), not of t p, t, p. */             \
    bool is_tversky LOSS_NAME(isTversky);                                                         \
    /** Whether subnormal numbers are zero. */                                                    \
    bool flushes;                                                                                 \
    const SCALAR *_Nullable y_true LOSS_NAME(yTrue);                                              \
    const SCALAR *_Nullable y_pred LOSS_NAME(yPred);                                              \
    size_t count;                                                                                 \
    /** Slopes are t of_labelled + of_others, or t of_labelled + (1 - t) of_others. */            \
    SCALAR of_labelled LOSS_NAME(ofLabelled);                                                     \
    SCALAR of_others LOSS_NAME(ofOthers);                                                         \
    SCALAR *_Nullable slopes;                                                                     \
  }

LOSS_OVERLAP(loss_overlap_f32, float);
LOSS_OVERLAP(loss_overlap_f64, double);

LOSS_ROWS(loss_rows_f32, float);
LOSS_ROWS(loss_rows_f64, double);

#pragma clang assume_nonnull begin

/// Computes the losses of rows, on threads where there are many elements.
void loss_compute_rows_f32(const struct loss_rows_f32 *rows);
void loss_compute_rows_f64(const struct loss_rows_f64 *rows);

/// Writes the three sums of products, each in the order of LaneSum.
void loss_overlap_sums_f32(const struct loss_overlap_f32 *overlap, float *sums);
void loss_overlap_sums_f64(const struct loss_overlap_f64 *overlap, double *sums);

/// Writes the slopes.
void loss_overlap_slopes_f32(const struct loss_overlap_f32 *overlap);
void loss_overlap_slopes_f64(const struct loss_overlap_f64 *overlap);

/// The sum of numbers in the order of LaneSum.
float loss_sum_f32(const float *numbers, size_t count);
double loss_sum_f64(const double *numbers, size_t count);

/// Writes an elementary function of 64 bytes of numbers.
void loss_elementary_f32(enum loss_elementary function, const float *numbers, float *results);
void loss_elementary_f64(enum loss_elementary function, const double *numbers, double *results);

/// Writes e^x / 2^power of 64 bytes of numbers.
void loss_exponential_over_f32(const float *numbers, float power, float *results);
void loss_exponential_over_f64(const double *numbers, double power, double *results);

#pragma clang assume_nonnull end

/// The best instruction set of this CPU.
enum loss_instruction_set loss_best_instruction_set(void);

/// Takes another instruction set from now on, for tests; false where the CPU has it not.
bool loss_use_instruction_set(enum loss_instruction_set set);

/// The most threads that a call uses: at first the CPUs that this process may run on.
int loss_maximum_threads(void);

/// Sets the most threads that a call uses; at least 1.
void loss_set_maximum_threads(int threads);

#endif
