#ifdef PYTHON_INTEROP

#include "arrays.h"

#include <string.h>

// MARK: - In

// The dtype of an item of the buffer protocol, -1 for one that the losses do not have.
static int32_t dtype_of_format(const char *format, Py_ssize_t size) {
  if (format == NULL) return -1;
  if (*format == '@' || *format == '=') format += 1;
  if (format[0] == '\0' || format[1] != '\0') return -1;
  switch (*format) {
    case '?': return KERAS_LOSS_BOOL;
    case 'e': return KERAS_LOSS_FLOAT16;
    case 'f': return KERAS_LOSS_FLOAT32;
    case 'd': return KERAS_LOSS_FLOAT64;
    case 'b': case 'h': case 'i': case 'l': case 'q':
      return size == 1   ? KERAS_LOSS_INT8
             : size == 2 ? KERAS_LOSS_INT16
             : size == 4 ? KERAS_LOSS_INT32
                         : KERAS_LOSS_INT64;
    case 'B': case 'H': case 'I': case 'L': case 'Q':
      return size == 1   ? KERAS_LOSS_UINT8
             : size == 2 ? KERAS_LOSS_UINT16
             : size == 4 ? KERAS_LOSS_UINT32
                         : KERAS_LOSS_UINT64;
    default: return -1;
  }
}

// Holds an ndarray whose memory the losses can read as it is. Returns 0 without an exception where
// they cannot.
static int hold_as_is(PyObject *array, HeldArray *held) {
  if (PyObject_GetBuffer(array, &held->buffer, PyBUF_ND | PyBUF_FORMAT) != 0) {
    PyErr_Clear();
    return 0;
  }
  const int32_t dtype = dtype_of_format(held->buffer.format, held->buffer.itemsize);
  if (dtype < 0) {
    PyBuffer_Release(&held->buffer);
    return 0;
  }
  // Py_ssize_t is int64_t: the layout of the header is that of 64-bit machines.
  held->array.data = held->buffer.buf;
  held->array.shape = (const int64_t *)held->buffer.shape;
  held->array.rank = held->buffer.ndim;
  held->array.dtype = dtype;
  held->is_held = 1;
  return 1;
}

// An array of a dtype, by its method `astype`; takes the reference.
static PyObject *cast(PyObject *array, PyObject *dtype) {
  PyObject *result = dtype ? PyObject_CallMethod(array, "astype", "Os", dtype, "C") : NULL;
  Py_DECREF(array);
  return result;
}

// Whether the attribute of a dtype is a text.
static int is_named(PyObject *dtype, const char *attribute, const char *text) {
  PyObject *value = PyObject_GetAttrString(dtype, attribute);
  const char *utf8 = value ? PyUnicode_AsUTF8AndSize(value, NULL) : NULL;
  const int is_same = utf8 != NULL && strcmp(utf8, text) == 0;
  Py_XDECREF(value);
  PyErr_Clear();
  return is_same;
}

static int refuse_dtype(PyObject *dtype, const char *name) {
  PyErr_Format(PyExc_TypeError, "%s has the dtype %S: expected bool, integers or floats", name, dtype);
  return -1;
}

// Holds a C-contiguous array after what it takes to make its dtype one of the losses; takes the
// references.
static int hold_cast(
    ModuleState *state, PyObject *array, PyObject *dtype, const char *name, HeldArray *held) {
  int result = -1;
  if (is_named(dtype, "name", "bfloat16")) {
    PyObject *bits = PyObject_CallMethod(array, "view", "O", state->dtypes[KERAS_LOSS_UINT16]);
    if (bits && hold_as_is(bits, held)) {
      held->array.dtype = KERAS_LOSS_BFLOAT16;
      result = 0;
    }
    Py_XDECREF(bits);
    Py_DECREF(array);
  } else if (
      is_named(dtype, "kind", "f") || is_named(dtype, "kind", "i") || is_named(dtype, "kind", "u")
      || is_named(dtype, "kind", "b")) {
    PyObject *native = is_named(dtype, "char", "g")
                           ? Py_NewRef(state->dtypes[KERAS_LOSS_FLOAT64])
                           : PyObject_CallMethod(dtype, "newbyteorder", "s", "=");
    array = cast(array, native);
    Py_XDECREF(native);
    if (array && hold_as_is(array, held)) result = 0;
    Py_XDECREF(array);
  } else {
    Py_DECREF(array);
  }
  if (result != 0 && !PyErr_Occurred()) refuse_dtype(dtype, name);
  Py_DECREF(dtype);
  return result;
}

// Holds what NumPy makes of an object; `as_floatx` as in `hold_floatx`.
static int hold_converted(
    ModuleState *state, PyObject *object, const char *name, int as_floatx, HeldArray *held) {
  PyObject *arguments = PyTuple_Pack(1, object);
  if (arguments == NULL) return -1;
  PyObject *array = PyObject_Call(state->as_array, arguments, state->order_c);
  Py_DECREF(arguments);
  if (array == NULL) return -1;
  if (as_floatx && (PyList_Check(object) || PyTuple_Check(object) || PyFloat_CheckExact(object))) {
    PyObject *dtype = PyObject_GetAttrString(array, "dtype");
    const int is_double = dtype != NULL && is_named(dtype, "char", "d");
    Py_XDECREF(dtype);
    if (is_double) array = cast(array, state->dtypes[KERAS_LOSS_FLOAT32]);
    if (array == NULL) return -1;
  }
  if (hold_as_is(array, held)) {
    Py_DECREF(array);
    return 0;
  }
  PyObject *dtype = PyObject_GetAttrString(array, "dtype");
  if (dtype == NULL) {
    Py_DECREF(array);
    return -1;
  }
  return hold_cast(state, array, dtype, name, held);
}

int hold_array(ModuleState *state, PyObject *object, const char *name, HeldArray *held) {
  if ((PyObject *)Py_TYPE(object) == state->ndarray && hold_as_is(object, held)) return 0;
  return hold_converted(state, object, name, 0, held);
}

int hold_floatx(ModuleState *state, PyObject *object, const char *name, HeldArray *held) {
  if ((PyObject *)Py_TYPE(object) == state->ndarray && hold_as_is(object, held)) return 0;
  return hold_converted(state, object, name, 1, held);
}

void release_array(HeldArray *held) {
  if (held->is_held) PyBuffer_Release(&held->buffer);
  held->is_held = 0;
}

int64_t element_count(const HeldArray *held) {
  return held->is_held ? held->buffer.len / held->buffer.itemsize : 0;
}

// MARK: - Out

// ml_dtypes.bfloat16, which NumPy itself lacks: a borrowed reference.
static PyObject *bfloat16_type(ModuleState *state) {
  if (state->bfloat16 == NULL) {
    PyObject *module = PyImport_ImportModule("ml_dtypes");
    if (module == NULL) return NULL;
    state->bfloat16 = PyObject_GetAttrString(module, "bfloat16");
    Py_DECREF(module);
  }
  return state->bfloat16;
}

PyObject *new_array(
    ModuleState *state, int rank, const int64_t *shape, int32_t dtype, Py_buffer *buffer) {
  PyObject *extents = PyTuple_New(rank);
  if (extents == NULL) return NULL;
  for (int axis = 0; axis < rank; axis++) {
    PyObject *extent = PyLong_FromLongLong(shape[axis]);
    if (extent == NULL || PyTuple_SetItem(extents, axis, extent) != 0) {
      Py_DECREF(extents);
      return NULL;
    }
  }
  // The bits of a bfloat16 are exported as those of an integer.
  const int32_t stored = dtype == KERAS_LOSS_BFLOAT16 ? KERAS_LOSS_UINT16 : dtype;
  PyObject *array =
      PyObject_CallFunctionObjArgs(state->empty, extents, state->dtypes[stored], NULL);
  Py_DECREF(extents);
  if (array == NULL) return NULL;
  if (PyObject_GetBuffer(array, buffer, PyBUF_ND | PyBUF_WRITABLE) != 0) {
    Py_DECREF(array);
    return NULL;
  }
  return array;
}

PyObject *finished_array(ModuleState *state, PyObject *array, int32_t dtype) {
  if (dtype != KERAS_LOSS_BFLOAT16) return array;
  PyObject *type = bfloat16_type(state);
  PyObject *view = type ? PyObject_CallMethod(array, "view", "O", type) : NULL;
  Py_DECREF(array);
  return view;
}

// The place for scalars of float32 or float64.
static ScalarPlace *place_of(ModuleState *state, int32_t dtype) {
  return &state->places[dtype - KERAS_LOSS_FLOAT32];
}

int make_scalar_places(ModuleState *state) {
  for (int32_t dtype = KERAS_LOSS_FLOAT32; dtype <= KERAS_LOSS_FLOAT64; dtype++) {
    ScalarPlace *place = place_of(state, dtype);
    place->array = new_array(state, 0, NULL, dtype, &place->buffer);
    if (place->array == NULL) return -1;
  }
  return 0;
}

void drop_scalar_places(ModuleState *state) {
  for (int32_t dtype = KERAS_LOSS_FLOAT32; dtype <= KERAS_LOSS_FLOAT64; dtype++) {
    ScalarPlace *place = place_of(state, dtype);
    if (place->array != NULL) PyBuffer_Release(&place->buffer);
    Py_CLEAR(place->array);
  }
}

// A number of float32 or float64 as NumPy has it. Its type, called with a float, takes four times as long.
static PyObject *numpy_scalar(ModuleState *state, const void *data, int32_t dtype) {
  const ScalarPlace *place = place_of(state, dtype);
  memcpy(place->buffer.buf, data, (size_t)place->buffer.len);
  return PyObject_GetItem(place->array, state->empty_tuple);
}

PyObject *numpy_result(ModuleState *state, const keras_loss_output *output) {
  const int is_half =
      output->dtype == KERAS_LOSS_FLOAT16 || output->dtype == KERAS_LOSS_BFLOAT16;
  if (output->rank == 0 && !is_half) return numpy_scalar(state, output->data, output->dtype);
  Py_buffer buffer;
  PyObject *array = new_array(state, output->rank, output->shape, output->dtype, &buffer);
  if (array == NULL) return NULL;
  if (buffer.len > 0) memcpy(buffer.buf, output->data, (size_t)buffer.len);
  PyBuffer_Release(&buffer);
  array = finished_array(state, array, output->dtype);
  if (array == NULL || output->rank > 0) return array;
  // array[()] is a scalar.
  PyObject *scalar = PyObject_GetItem(array, state->empty_tuple);
  Py_DECREF(array);
  return scalar;
}

int32_t dtype_named(PyObject *name) {
  static const char *const names[] = {"float16", "bfloat16", "float32", "float64"};
  const char *text;
  if (!optional_utf8_of(name, "dtype", &text)) return -2;
  if (text == NULL) return -1;
  for (int index = 0; index < 4; index++) {
    if (strcmp(text, names[index]) == 0) return KERAS_LOSS_FLOAT16 + index;
  }
  return -1;  // The losses refuse it, in their words.
}

#endif
