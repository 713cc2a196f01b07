#ifdef PYTHON_INTEROP

#include "arguments.h"

const char *const argument_names[ARGUMENTS] = {
    "y_true", "y_pred", "sample_weight", "mask", "ref_labels", "ref_embeddings"};

int set_argument(Arguments arguments, PyObject *name, PyObject *value) {
  for (int index = 0; index < ARGUMENTS; index++) {
    if (PyUnicode_CompareWithASCIIString(name, argument_names[index]) != 0) continue;
    if (arguments[index] != NULL) {
      PyErr_Format(PyExc_TypeError, "got multiple values for argument '%U'", name);
      return -1;
    }
    arguments[index] = value;
    return 0;
  }
  PyErr_Format(PyExc_TypeError, "got an unexpected keyword argument '%U'", name);
  return -1;
}

int check_positional(Py_ssize_t count) {
  if (count <= MASK + 1) return 0;
  PyErr_Format(PyExc_TypeError, "takes at most 4 positional arguments (%zd given)", count);
  return -1;
}

int check_arguments(Arguments arguments) {
  for (int index = 0; index < ARGUMENTS; index++) {
    if (index > Y_PRED && Py_IsNone(arguments[index])) arguments[index] = NULL;
    if (index <= Y_PRED && arguments[index] == NULL) {
      PyErr_Format(PyExc_TypeError, "missing argument '%s'", argument_names[index]);
      return -1;
    }
  }
  return 0;
}

int read_arguments(PyObject *positional, PyObject *keywords, Arguments arguments) {
  const Py_ssize_t count = PyTuple_Size(positional);
  if (check_positional(count) != 0) return -1;
  for (Py_ssize_t index = 0; index < count; index++) {
    arguments[index] = PyTuple_GetItem(positional, index);
  }
  Py_ssize_t position = 0;
  PyObject *name, *value;
  while (keywords != NULL && PyDict_Next(keywords, &position, &name, &value)) {
    if (set_argument(arguments, name, value) != 0) return -1;
  }
  return 0;
}

#endif
