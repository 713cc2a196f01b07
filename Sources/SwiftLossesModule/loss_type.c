// The type Loss: a loss with its parameters, called with arrays.

#ifdef PYTHON_INTEROP

#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "arrays.h"
#include "loss_type.h"
#include "parameters.h"

// From so many elements on, other threads run while a loss is computed.
enum { LARGE_INPUT = 4096 };

typedef struct {
  PyObject_HEAD
  keras_loss *loss;
  int32_t dtype;  // -1 for that of y_pred
} Loss;

// MARK: - Calls

// The dtype that a call is computed in: as the losses choose it.
static int32_t computed_dtype(const Loss *self, const HeldArray *y_pred) {
  if (self->dtype >= 0) return self->dtype;
  return y_pred->array.dtype >= KERAS_LOSS_FLOAT16 ? y_pred->array.dtype : KERAS_LOSS_FLOAT32;
}

// Holds the arrays that are given.
static int hold_arguments(
    ModuleState *state, const Loss *self, Arguments arguments, HeldArray *held) {
  for (int index = 0; index < ARGUMENTS; index++) {
    if (arguments[index] == NULL) continue;
    const int is_floatx = index == Y_PRED && self->dtype < 0;
    const int status =
        is_floatx ? hold_floatx(state, arguments[index], argument_names[index], &held[index])
                  : hold_array(state, arguments[index], argument_names[index], &held[index]);
    if (status != 0) return -1;
  }
  return 0;
}

static const keras_loss_array *given(const HeldArray *held) {
  return held->is_held ? &held->array : NULL;
}

// Calls the loss, other threads running meanwhile where there is much to do.
static bool call_loss(
    const Loss *self, const HeldArray *held, keras_loss_output *value, keras_loss_output *gradient,
    keras_loss_failure *failure) {
  const keras_loss_inputs inputs = {
      given(&held[Y_TRUE]),     given(&held[Y_PRED]),         given(&held[SAMPLE_WEIGHT]),
      given(&held[MASK]),       given(&held[REF_LABELS]),     given(&held[REF_EMBEDDINGS])};
  losses_calls += 1;
  if (element_count(&held[Y_TRUE]) + element_count(&held[Y_PRED]) < LARGE_INPUT) {
    return keras_loss_call(self->loss, &inputs, value, gradient, failure);
  }
  bool is_answered;
  Py_BEGIN_ALLOW_THREADS
  is_answered = keras_loss_call(self->loss, &inputs, value, gradient, failure);
  Py_END_ALLOW_THREADS
  return is_answered;
}

// The answer to held arrays: the value, or a pair with the gradient.
static PyObject *answer(
    ModuleState *state, const Loss *self, const HeldArray *held, int with_gradient) {
  keras_loss_failure failure;
  keras_loss_output value, gradient;
  int64_t room[128];
  value.data = room;
  value.capacity = sizeof room;
  PyObject *slopes = NULL;
  Py_buffer memory;
  const HeldArray *y_pred = &held[Y_PRED];
  const int32_t dtype = computed_dtype(self, y_pred);
  if (with_gradient) {
    slopes = new_array(state, y_pred->array.rank, y_pred->array.shape, dtype, &memory);
    if (slopes == NULL) return NULL;
    gradient.data = memory.buf;
    gradient.capacity = memory.len;
  }
  const bool is_answered =
      call_loss(self, held, &value, with_gradient ? &gradient : NULL, &failure);
  if (with_gradient) PyBuffer_Release(&memory);
  if (!is_answered) {
    Py_XDECREF(slopes);
    raise_failure(state, &failure);
    return NULL;
  }
  PyObject *result = numpy_result(state, &value);
  if (value.data != room) free(value.data);
  if (!with_gradient) return result;
  slopes = finished_array(state, slopes, dtype);
  PyObject *pair = result && slopes ? PyTuple_Pack(2, result, slopes) : NULL;
  Py_XDECREF(result);
  Py_XDECREF(slopes);
  return pair;
}

PyObject *loss_answer(
    ModuleState *state, PyObject *loss, Arguments arguments, int with_gradient) {
  if (check_arguments(arguments) != 0) return NULL;
  const Loss *self = (const Loss *)loss;
  HeldArray held[ARGUMENTS];
  for (int index = 0; index < ARGUMENTS; index++) held[index].is_held = 0;
  PyObject *result = NULL;
  if (hold_arguments(state, self, arguments, held) == 0) {
    result = answer(state, self, held, with_gradient);
  }
  for (int index = 0; index < ARGUMENTS; index++) release_array(&held[index]);
  return result;
}

static PyObject *loss_call(PyObject *self, PyObject *positional, PyObject *keywords) {
  ModuleState *state = PyType_GetModuleState(Py_TYPE(self));
  Arguments arguments = {NULL};
  if (state == NULL || read_arguments(positional, keywords, arguments) != 0) return NULL;
  return loss_answer(state, self, arguments, 0);
}

static PyObject *value_and_gradient(
    PyObject *self, PyObject *const *values, Py_ssize_t count, PyObject *names) {
  ModuleState *state = PyType_GetModuleState(Py_TYPE(self));
  Arguments arguments = {NULL};
  if (state == NULL || check_positional(count) != 0) return NULL;
  for (Py_ssize_t index = 0; index < count; index++) arguments[index] = values[index];
  const Py_ssize_t keywords = names ? PyTuple_Size(names) : 0;
  for (Py_ssize_t index = 0; index < keywords; index++) {
    PyObject *name = PyTuple_GetItem(names, index);
    if (set_argument(arguments, name, values[count + index]) != 0) return NULL;
  }
  return loss_answer(state, self, arguments, 1);
}

int is_loss(PyObject *object) {
  return PyType_GetSlot(Py_TYPE(object), Py_tp_call) == (void *)loss_call;
}

// MARK: - Life

static PyObject *loss_new(PyTypeObject *type, PyObject *positional, PyObject *keywords) {
  static char *names[] = {"name", "config", "is_function", "dialect", "dtype", NULL};
  PyObject *name_object, *config, *dialect_object = Py_None, *dtype_object = Py_None;
  int is_function = 0;
  if (!PyArg_ParseTupleAndKeywords(
          positional, keywords, "UO!|pOO:Loss", names, &name_object, &PyDict_Type, &config,
          &is_function, &dialect_object, &dtype_object)) {
    return NULL;
  }
  ModuleState *state = PyType_GetModuleState(type);
  const char *name = utf8_of(name_object, "name");
  const char *dialect, *dtype;
  if (state == NULL || name == NULL || !optional_utf8_of(dialect_object, "dialect", &dialect)
      || !optional_utf8_of(dtype_object, "dtype", &dtype)) {
    return NULL;
  }
  Parameters parameters;
  if (read_parameters(state, config, &parameters) != 0) return NULL;
  keras_loss_failure failure;
  keras_loss *loss = keras_loss_create(
      name, parameters.items, parameters.count, is_function, dialect, dtype, &failure);
  free_parameters(&parameters);
  if (loss == NULL) {
    raise_failure(state, &failure);
    return NULL;
  }
  allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
  Loss *self = (Loss *)allocate(type, 0);
  if (self == NULL) {
    keras_loss_free(loss);
    return NULL;
  }
  self->loss = loss;
  self->dtype = dtype_named(dtype_object);
  return (PyObject *)self;
}

static void loss_dealloc(PyObject *self) {
  PyTypeObject *type = Py_TYPE(self);
  keras_loss_free(((Loss *)self)->loss);
  freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
  release(self);
  Py_DECREF(type);
}

PyDoc_STRVAR(
    loss_doc,
    "Loss(name, config, is_function=False, dialect=None, dtype=None)\n--\n\n"
    "A loss of keras.losses with its parameters, computed by KerasLosses; immutable.\n\n"
    "Args:\n"
    "  name: The class, the function or an alias, such as \"mse\".\n"
    "  config: The parameters by Keras's names.\n"
    "  is_function: Whether the bare function is meant, without weights and reduction.\n"
    "  dialect: The Keras to follow; None for \"keras-3.15/jax\".\n"
    "  dtype: What to compute in; None for the dtype of y_pred.\n\n"
    "Calling it with y_true, y_pred, sample_weight=None and mask=None returns the loss.\n\n"
    "Raises:\n"
    "  LossError: For what Keras refuses as well.");

PyDoc_STRVAR(
    value_and_gradient_doc,
    "value_and_gradient($self, y_true, y_pred, sample_weight=None, mask=None)\n--\n\n"
    "Return the loss, and the gradient of the sum of its elements by y_pred.");

static PyMethodDef loss_methods[] = {
    {"value_and_gradient", (PyCFunction)(void (*)(void))value_and_gradient,
     METH_FASTCALL | METH_KEYWORDS, value_and_gradient_doc},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot loss_slots[] = {
    {Py_tp_doc, (void *)loss_doc},     {Py_tp_new, loss_new},
    {Py_tp_dealloc, loss_dealloc},     {Py_tp_call, loss_call},
    {Py_tp_methods, loss_methods},     {0, NULL},
};

PyType_Spec loss_spec = {
    .name = "_swift_losses.Loss",
    .basicsize = sizeof(Loss),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = loss_slots,
};

#endif
