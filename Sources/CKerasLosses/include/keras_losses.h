/* The losses of KerasLosses for C, and for whatever calls C: ctypes, cffi, an extension module.

   A loss is created once and called from any number of threads. Arrays are C-contiguous, in the
   machine's byte order, and stay the caller's: nothing is kept after a call.

       keras_loss_failure failure;
       keras_loss *huber = keras_loss_create("Huber", NULL, 0, false, NULL, NULL, &failure);
       int64_t shape[] = {2, 3};
       keras_loss_array labels = {y_true, shape, 2, KERAS_LOSS_FLOAT32};
       keras_loss_array predictions = {y_pred, shape, 2, KERAS_LOSS_FLOAT32};
       keras_loss_inputs inputs = {.y_true = &labels, .y_pred = &predictions};
       float number;
       keras_loss_output value = {.data = &number, .capacity = sizeof number};
       if (!keras_loss_call(huber, &inputs, &value, NULL, &failure)) puts(failure.message);
       keras_loss_free(huber);

   What is wrong with a call is told in `failure`, which may be NULL; nothing ends the process. */

#ifndef KERAS_LOSSES_H
#define KERAS_LOSSES_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__clang__)
#pragma clang assume_nonnull begin
#define KERAS_LOSS_NULLABLE _Nullable
#else
#define KERAS_LOSS_NULLABLE
#endif

/* The most axes that an array may have: NumPy's limit. */
#define KERAS_LOSS_MAX_RANK 64

/* The type of an array's elements. A `bool` is a byte, true where it is not 0. */
enum {
  KERAS_LOSS_BOOL = 0,
  KERAS_LOSS_INT8 = 1,
  KERAS_LOSS_INT16 = 2,
  KERAS_LOSS_INT32 = 3,
  KERAS_LOSS_INT64 = 4,
  KERAS_LOSS_UINT8 = 5,
  KERAS_LOSS_UINT16 = 6,
  KERAS_LOSS_UINT32 = 7,
  KERAS_LOSS_UINT64 = 8,
  KERAS_LOSS_FLOAT16 = 9,
  KERAS_LOSS_BFLOAT16 = 10,
  KERAS_LOSS_FLOAT32 = 11,
  KERAS_LOSS_FLOAT64 = 12,
};

/* A loss with its parameters: immutable. */
typedef struct keras_loss keras_loss;

/* Elements in C order. `data` may be NULL where there are none, `shape` where the rank is 0. */
typedef struct keras_loss_array {
  const void *KERAS_LOSS_NULLABLE data;
  const int64_t *KERAS_LOSS_NULLABLE shape;
  int32_t rank;
  int32_t dtype;
} keras_loss_array;

/* What kind of value a parameter has. */
enum {
  KERAS_LOSS_NONE = 0,
  KERAS_LOSS_BOOLEAN = 1, /* `number`, true where it is not 0 */
  KERAS_LOSS_NUMBER = 2,  /* `number` */
  KERAS_LOSS_TEXT = 3,    /* `text`, UTF-8 */
  KERAS_LOSS_NUMBERS = 4, /* `numbers`, such as the axes of Dice */
};

/* A parameter by Keras's name. */
typedef struct keras_loss_parameter {
  const char *name;
  int32_t kind;
  double number;
  const char *KERAS_LOSS_NULLABLE text;
  const double *KERAS_LOSS_NULLABLE numbers;
  int64_t count;
} keras_loss_parameter;

/* The arrays of a call; NULL for those that are not given.

   A bare function takes no weights and no mask; `ref_labels` and `ref_embeddings` are those of the
   function circle alone. A mask of another dtype than bool is true where it is not 0. */
typedef struct keras_loss_inputs {
  const keras_loss_array *KERAS_LOSS_NULLABLE y_true;
  const keras_loss_array *KERAS_LOSS_NULLABLE y_pred;
  const keras_loss_array *KERAS_LOSS_NULLABLE sample_weight;
  const keras_loss_array *KERAS_LOSS_NULLABLE mask;
  const keras_loss_array *KERAS_LOSS_NULLABLE ref_labels;
  const keras_loss_array *KERAS_LOSS_NULLABLE ref_embeddings;
} keras_loss_inputs;

/* Where a result goes.

   The caller sets `data` and `capacity`: memory for the result and its size in bytes, or NULL and 0.
   A result that does not fit is put into memory from malloc, which the caller frees: `data` is then
   another pointer than before. */
typedef struct keras_loss_output {
  void *KERAS_LOSS_NULLABLE data;
  int64_t capacity;
  int32_t dtype;
  int32_t rank;
  int64_t shape[KERAS_LOSS_MAX_RANK];
} keras_loss_output;

/* Why there is no result. */
typedef struct keras_loss_failure {
  /* The kind of the error, such as "shape_mismatch": a code of the fixtures, or "invalid_call" for
     a call that breaks the rules of this header. */
  char code[32];
  /* One sentence, UTF-8: which argument is wrong, what it was, and what was expected. */
  char message[480];
} keras_loss_failure;

/* Makes a loss.

   `name` is that of the class or the function, or an alias such as "mse"; `is_function` tells which
   is meant. `dialect` is the Keras to follow, NULL for "keras-3.15/jax". `dtype` is the name of that
   to compute in, NULL for that of `y_pred`, float32 where that is no float.

   Returns NULL and sets `failure` where there is no such loss. Free it with keras_loss_free. */
keras_loss *KERAS_LOSS_NULLABLE keras_loss_create(
    const char *KERAS_LOSS_NULLABLE name,
    const keras_loss_parameter *KERAS_LOSS_NULLABLE parameters, int64_t count, bool is_function,
    const char *KERAS_LOSS_NULLABLE dialect, const char *KERAS_LOSS_NULLABLE dtype,
    keras_loss_failure *KERAS_LOSS_NULLABLE failure);

/* Forgets a loss; no call of it may be running. */
void keras_loss_free(keras_loss *KERAS_LOSS_NULLABLE loss);

/* The loss of a batch; and its gradient by `y_pred`, where `gradient` is not NULL.

   The value has the shape () where it is reduced, else that of the losses; the gradient, of the sum
   of the value's elements, has that of `y_pred`. Both have the dtype that is computed in.

   Returns false and sets `failure`, not the outputs, where there is none. */
bool keras_loss_call(
    const keras_loss *KERAS_LOSS_NULLABLE loss,
    const keras_loss_inputs *KERAS_LOSS_NULLABLE inputs,
    keras_loss_output *KERAS_LOSS_NULLABLE value, keras_loss_output *KERAS_LOSS_NULLABLE gradient,
    keras_loss_failure *KERAS_LOSS_NULLABLE failure);

/* What the class of a loss does with the losses of a batch: weights, mask and reduction.

   `reduction` is Keras's name, NULL for "none"; `dialect` and `dtype` as for keras_loss_create, the
   dtype NULL for that of `losses`.

   Returns false and sets `failure`, not the output, where there is no result. */
bool keras_loss_reduce(
    const keras_loss_array *KERAS_LOSS_NULLABLE losses,
    const keras_loss_array *KERAS_LOSS_NULLABLE sample_weight,
    const keras_loss_array *KERAS_LOSS_NULLABLE mask, const char *KERAS_LOSS_NULLABLE reduction,
    const char *KERAS_LOSS_NULLABLE dialect, const char *KERAS_LOSS_NULLABLE dtype,
    keras_loss_output *KERAS_LOSS_NULLABLE value, keras_loss_failure *KERAS_LOSS_NULLABLE failure);

/* All losses with their names, parameters and defaults, and all dialects, as a JSON object:

       {"dialects": ["keras-3.15/jax", ...],
        "losses": [{"function": "huber", "class": "Huber", "aliases": [],
                    "parameters": [["delta", 1.0], ["reduction", "sum_over_batch_size"]]}, ...]}

   A default that is an integer has no decimal point. The text lives as long as the process. */
const char *keras_loss_catalogue(void);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#ifdef __cplusplus
}
#endif

#endif
