// The arguments of a call of a loss.

#ifndef ARGUMENTS_H
#define ARGUMENTS_H

#include "module_state.h"

enum { Y_TRUE, Y_PRED, SAMPLE_WEIGHT, MASK, REF_LABELS, REF_EMBEDDINGS, ARGUMENTS };

extern const char *const argument_names[ARGUMENTS];

// The arguments of a call by their place; NULL for those that are not given, or None. Borrowed.
typedef PyObject *Arguments[ARGUMENTS];

// Stores the argument of a name. Returns 0, or -1 with an exception.
int set_argument(Arguments arguments, PyObject *name, PyObject *value);

// Refuses more arguments by position than there are. Returns 0, or -1 with an exception.
int check_positional(Py_ssize_t count);

// Takes None for nothing, and refuses a call without labels or predictions. Returns 0, or -1 with an
// exception.
int check_arguments(Arguments arguments);

// Reads the arguments of a call, which are not checked yet. Returns 0, or -1 with an exception.
int read_arguments(PyObject *positional, PyObject *keywords, Arguments arguments);

#endif
