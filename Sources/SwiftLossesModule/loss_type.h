// The type Loss.

#ifndef LOSS_TYPE_H
#define LOSS_TYPE_H

#include "arguments.h"

// Whether an object is a Loss.
int is_loss(PyObject *object);

// What a Loss answers to a call, or NULL with an exception.
PyObject *loss_value(PyObject *loss, Arguments arguments);

#endif
