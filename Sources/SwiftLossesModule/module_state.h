// What the files of the extension module share.

#ifndef MODULE_STATE_H
#define MODULE_STATE_H

// One file serves every CPython from 3.11 on.
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>

#include "keras_losses.h"

// An array of shape () and its memory: what is written there is a scalar of NumPy by `array[()]`.
typedef struct {
  PyObject *array;
  Py_buffer buffer;  // of the array, where there is one
} ScalarPlace;

// What the module looks up once.
typedef struct {
  PyObject *loss_error;
  PyObject *ndarray;
  PyObject *as_array;
  PyObject *empty;
  PyObject *bool_type;
  PyObject *empty_tuple;
  PyObject *order_c;                         // {"order": "C"}
  PyObject *dtypes[KERAS_LOSS_FLOAT64 + 1];  // numpy.dtype("float32") and so on; no bfloat16
  PyObject *bfloat16;                        // ml_dtypes.bfloat16, or NULL until it is needed
  ScalarPlace places[2];                     // of float32 and float64; the GIL guards them
  PyObject *backend;                         // Keras's, whose masks are known, or NULL
  PyObject *masks;                           // the names of the module whose GLOBAL_STATE_TRACKER has the
                                             // masks, or NULL
  PyObject *backend_name;                    // the names of these
  PyObject *tracker_name;
  PyObject *table_name;
  PyObject *call_name;
  PyObject *gradient_name;
} ModuleState;

// How many calls have reached the losses; the GIL guards it.
extern unsigned long long losses_calls;

// Raises the exception of a failure.
void raise_failure(ModuleState *state, const keras_loss_failure *failure);

// The UTF-8 of a str without zero characters, or NULL with an exception that names the argument.
const char *utf8_of(PyObject *text, const char *name);

// As `utf8_of`, but NULL without an exception for None. Returns whether there is no exception.
int optional_utf8_of(PyObject *text, const char *name, const char **utf8);

// The types Loss and MaskedLoss.
extern PyType_Spec loss_spec, masked_loss_spec;

#endif
