// A config of Keras as parameters of the C interface.

#ifndef PARAMETERS_H
#define PARAMETERS_H

#include "module_state.h"

// Parameters; names and texts belong to the config that they were read from.
typedef struct {
  keras_loss_parameter *items;
  int64_t count;
} Parameters;

// Reads a dict. Returns -1 with an exception where a value is of no kind that a loss takes.
int read_parameters(ModuleState *state, PyObject *config, Parameters *parameters);

// Frees the memory of parameters.
void free_parameters(Parameters *parameters);

#endif
