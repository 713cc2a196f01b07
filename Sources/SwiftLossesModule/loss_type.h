// The type Loss.

#ifndef LOSS_TYPE_H
#define LOSS_TYPE_H

#include "arguments.h"

// Whether an object is a Loss.
int is_loss(PyObject *object);

// What a Loss answers to a call, the value or a pair with the gradient; NULL with an exception.
PyObject *loss_answer(ModuleState *state, PyObject *loss, Arguments arguments, int with_gradient);

#endif
