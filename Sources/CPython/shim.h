// CPython as Swift can use it: the headers in an order that works, and what macros hide from Swift.

#ifndef LOSS_PARITY_CPYTHON_H
#define LOSS_PARITY_CPYTHON_H

// Before Python.h, which defines feature macros: else fd_set differs from the one that Glibc's own
// module has, and a file that imports both does not compile.
#include <stdlib.h>
#include <sys/select.h>
#include <sys/time.h>
#include <sys/types.h>

#include <Python.h>

/// Starts the interpreter for embedding: no environment variables, no user's site-packages, no
/// signal handlers, no bytecode files, UTF-8 whatever the locale is.
///
/// `interpreter` is the path or the name of an executable, from which CPython finds its library and
/// its packages. Returns what is wrong, or NULL.
static inline const char *loss_parity_start_python(const char *interpreter) {
  PyPreConfig before;
  PyPreConfig_InitIsolatedConfig(&before);
  before.utf8_mode = 1;
  PyStatus status = Py_PreInitialize(&before);
  if (!PyStatus_Exception(status)) {
    PyConfig config;
    PyConfig_InitIsolatedConfig(&config);
    config.write_bytecode = 0;
    status = PyConfig_SetBytesString(&config, &config.program_name, interpreter);
    if (!PyStatus_Exception(status)) status = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
  }
  if (!PyStatus_Exception(status)) return NULL;
  return status.err_msg ? status.err_msg : "unknown reason";
}

/// The exception that was raised, with its traceback, which is then no longer raised; or NULL.
static inline PyObject *loss_parity_take_exception(void) {
#if PY_VERSION_HEX >= 0x030C0000
  return PyErr_GetRaisedException();
#else
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  if (value && traceback) PyException_SetTraceback(value, traceback);
  Py_XDECREF(type);
  Py_XDECREF(traceback);
  return value;
#endif
}

/// Whether what was raised is a KeyError, which is then no longer raised.
static inline int loss_parity_key_was_missing(void) {
  if (!PyErr_ExceptionMatches(PyExc_KeyError)) return 0;
  PyErr_Clear();
  return 1;
}

/// None, a macro in CPython.
static inline PyObject *loss_parity_none(void) { return Py_None; }

#endif
