// The layout that callers without this header rely on, such as ctypes: it is part of the interface.

#include "keras_losses.h"

#include <stddef.h>

#define HOLDS(type, member, offset) \
  _Static_assert(offsetof(type, member) == (offset), #type "." #member " has moved")

_Static_assert(sizeof(void *) == 8, "the layout is that of 64-bit machines");
HOLDS(keras_loss_array, shape, 8);
HOLDS(keras_loss_array, rank, 16);
HOLDS(keras_loss_array, dtype, 20);
HOLDS(keras_loss_parameter, kind, 8);
HOLDS(keras_loss_parameter, number, 16);
HOLDS(keras_loss_parameter, text, 24);
HOLDS(keras_loss_parameter, numbers, 32);
HOLDS(keras_loss_parameter, count, 40);
HOLDS(keras_loss_inputs, ref_embeddings, 40);
HOLDS(keras_loss_output, capacity, 8);
HOLDS(keras_loss_output, dtype, 16);
HOLDS(keras_loss_output, rank, 20);
HOLDS(keras_loss_output, shape, 24);
HOLDS(keras_loss_failure, message, 32);
