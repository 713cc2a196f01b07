// NumPy arrays as arrays of the losses, and back.

#ifndef ARRAYS_H
#define ARRAYS_H

#include "module_state.h"

// An array of a call, and what keeps its memory.
typedef struct {
  keras_loss_array array;
  Py_buffer buffer;
  int is_held;
} HeldArray;

// Takes an array: without a copy where it is C-contiguous and of a native dtype of the losses, else as
// NumPy copies it. Returns -1 with an exception that names the argument.
int hold_array(ModuleState *state, PyObject *object, const char *name, HeldArray *held);

// As `hold_array`; lists and Python floats are float32, Keras's floatx, and not NumPy's float64.
int hold_floatx(ModuleState *state, PyObject *object, const char *name, HeldArray *held);

// Lets go of an array; nothing where none is held.
void release_array(HeldArray *held);

// The number of elements.
int64_t element_count(const HeldArray *held);

// A new array, whose memory is given in `buffer` until it is released.
PyObject *new_array(
    ModuleState *state, int rank, const int64_t *shape, int32_t dtype, Py_buffer *buffer);

// What a new array is to its user: itself, but for bfloat16. Takes the reference.
PyObject *finished_array(ModuleState *state, PyObject *array, int32_t dtype);

// Makes the places of scalars. Returns 0, or -1 with an exception.
int make_scalar_places(ModuleState *state);

// Lets go of the places of scalars.
void drop_scalar_places(ModuleState *state);

// A result as NumPy has it: a scalar of the dtype for the shape (), else a new array.
PyObject *numpy_result(ModuleState *state, const keras_loss_output *output);

// The dtype of a name, -1 for None, -2 with an exception for others.
int32_t dtype_named(PyObject *name);

#endif
