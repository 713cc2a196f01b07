#ifdef PYTHON_INTEROP

#include "parameters.h"

// Reads the numbers of a sequence. Returns 1 for a sequence of numbers, 0 for what is none.
static int read_numbers(PyObject *value, keras_loss_parameter *parameter) {
  if (!PyList_Check(value) && !PyTuple_Check(value) && !PySequence_Check(value)) return 0;
  PyObject *items = PySequence_Tuple(value);
  if (items == NULL) {
    PyErr_Clear();
    return 0;
  }
  const Py_ssize_t count = PyTuple_Size(items);
  double *numbers = PyMem_Calloc(count > 0 ? (size_t)count : 1, sizeof(double));
  int is_read = numbers != NULL;
  for (Py_ssize_t index = 0; is_read && index < count; index++) {
    numbers[index] = PyFloat_AsDouble(PyTuple_GetItem(items, index));
    is_read = !PyErr_Occurred();
  }
  Py_DECREF(items);
  if (!is_read) {
    PyErr_Clear();
    PyMem_Free(numbers);
    return 0;
  }
  parameter->kind = KERAS_LOSS_NUMBERS;
  parameter->numbers = numbers;
  parameter->count = count;
  return 1;
}

static int read_value(
    ModuleState *state, PyObject *name, PyObject *value, keras_loss_parameter *parameter) {
  const int is_numpy_bool = PyObject_IsInstance(value, state->bool_type);
  if (is_numpy_bool < 0) return -1;
  if (Py_IsNone(value)) {
    parameter->kind = KERAS_LOSS_NONE;
  } else if (PyBool_Check(value) || is_numpy_bool) {
    parameter->kind = KERAS_LOSS_BOOLEAN;
    parameter->number = PyObject_IsTrue(value);
  } else if (PyUnicode_Check(value)) {
    parameter->kind = KERAS_LOSS_TEXT;
    parameter->text = utf8_of(value, "a parameter");
    if (parameter->text == NULL) return -1;
  } else if (!read_numbers(value, parameter)) {
    parameter->kind = KERAS_LOSS_NUMBER;
    parameter->number = PyFloat_AsDouble(value);
    if (PyErr_Occurred()) {
      PyErr_Format(
          PyExc_TypeError, "%U is %R: expected a bool, a number, a str, a list of numbers or None",
          name, value);
      return -1;
    }
  }
  return 0;
}

int read_parameters(ModuleState *state, PyObject *config, Parameters *parameters) {
  parameters->count = 0;
  const Py_ssize_t count = PyDict_Size(config);
  parameters->items =
      PyMem_Calloc(count > 0 ? (size_t)count : 1, sizeof(keras_loss_parameter));
  if (parameters->items == NULL) {
    PyErr_NoMemory();
    return -1;
  }
  Py_ssize_t position = 0;
  PyObject *name, *value;
  while (parameters->count < count && PyDict_Next(config, &position, &name, &value)) {
    keras_loss_parameter *parameter = &parameters->items[parameters->count];
    parameters->count += 1;
    parameter->name = utf8_of(name, "the name of a parameter");
    if (parameter->name == NULL || read_value(state, name, value, parameter) != 0) {
      free_parameters(parameters);
      return -1;
    }
  }
  return 0;
}

void free_parameters(Parameters *parameters) {
  for (int64_t index = 0; index < parameters->count; index++) {
    PyMem_Free((void *)parameters->items[index].numbers);
  }
  PyMem_Free(parameters->items);
  parameters->items = NULL;
  parameters->count = 0;
}

#endif
