// The type MaskedLoss: what the classes of the package are called by, without a frame of Python.

#ifdef PYTHON_INTEROP

#include "arguments.h"
#include "loss_type.h"

typedef struct {
  PyObject_HEAD
  PyObject *loss;  // a Loss; NULL until it is set
} MaskedLoss;

// MARK: - Masks

// The module of Keras that attaches masks, where the process has imported it: NULL where not, also
// with an exception.
static PyObject *imported_backend(ModuleState *state) {
  PyObject *backend = PyImport_GetModule(state->backend_name);
  Py_XDECREF(backend);  // sys.modules holds it.
  return backend;
}

// Whether it is certain that no mask was attached to predictions. An array of NumPy takes no attributes:
// its mask is in a table of Keras's, by its address.
static int has_no_mask(ModuleState *state, PyObject *y_pred) {
  if ((PyObject *)Py_TYPE(y_pred) != state->ndarray) return 0;
  PyObject *backend = imported_backend(state);
  if (backend == NULL) return !PyErr_Occurred();
  if (backend != state->backend) return 0;
  // Another one each time: Keras makes it anew where a session is cleared, and each thread has its own.
  PyObject *tracker = PyDict_GetItemWithError(state->masks, state->tracker_name);
  Py_XINCREF(tracker);
  PyObject *table = tracker ? PyObject_GetAttr(tracker, state->table_name) : NULL;
  Py_XDECREF(tracker);
  int is_certain = 0;
  if (table != NULL && PyDict_Check(table)) {
    is_certain = PyDict_Size(table) == 0;
    PyObject *address = is_certain ? NULL : PyLong_FromVoidPtr(y_pred);
    if (address != NULL) {
      is_certain = PyDict_GetItemWithError(table, address) == NULL && !PyErr_Occurred();
      Py_DECREF(address);
    }
  }
  Py_XDECREF(table);
  return is_certain;
}

// MARK: - Calls

// Calls the loss, or a method in Python where there may be a mask.
static PyObject *answer(
    PyObject *self, PyObject *positional, PyObject *keywords, int with_gradient) {
  PyObject *loss = ((MaskedLoss *)self)->loss;
  if (loss == NULL) {
    PyErr_SetString(PyExc_TypeError, "the loss was not initialised: call super().__init__");
    return NULL;
  }
  ModuleState *state = PyType_GetModuleState(Py_TYPE(loss));
  Arguments arguments = {NULL};
  if (state == NULL || read_arguments(positional, keywords, arguments) != 0) return NULL;
  for (int index = REF_LABELS; index < ARGUMENTS; index++) {
    if (arguments[index] == NULL) continue;
    return PyErr_Format(
        PyExc_TypeError, "got an unexpected keyword argument '%s'", argument_names[index]);
  }
  if (arguments[Y_PRED] == NULL || has_no_mask(state, arguments[Y_PRED])) {
    return loss_answer(state, loss, arguments, with_gradient);
  }
  PyErr_Clear();  // Without a table there may be a mask.
  PyObject *method =
      PyObject_GetAttr(self, with_gradient ? state->gradient_name : state->call_name);
  PyObject *result = method ? PyObject_Call(method, positional, keywords) : NULL;
  Py_XDECREF(method);
  return result;
}

static PyObject *masked_loss_call(PyObject *self, PyObject *positional, PyObject *keywords) {
  return answer(self, positional, keywords, 0);
}

static PyObject *value_and_gradient(PyObject *self, PyObject *positional, PyObject *keywords) {
  return answer(self, positional, keywords, 1);
}

// MARK: - Life

static PyObject *get_loss(PyObject *self, void *unused) {
  PyObject *loss = ((MaskedLoss *)self)->loss;
  return Py_NewRef(loss ? loss : Py_None);
}

static int set_loss(PyObject *self, PyObject *value, void *unused) {
  if (value == NULL || !is_loss(value)) {
    PyErr_SetString(PyExc_TypeError, "expected a Loss of this module");
    return -1;
  }
  PyObject *old = ((MaskedLoss *)self)->loss;
  ((MaskedLoss *)self)->loss = Py_NewRef(value);
  Py_XDECREF(old);
  return 0;
}

static void masked_loss_dealloc(PyObject *self) {
  PyTypeObject *type = Py_TYPE(self);
  Py_XDECREF(((MaskedLoss *)self)->loss);
  freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
  release(self);
  Py_DECREF(type);
}

PyDoc_STRVAR(
    masked_loss_doc,
    "What calls a Loss, `_native`. Where Keras may have attached a mask to the predictions, the method\n"
    "`_call_with_mask` or `_value_and_gradient_with_mask` is called instead.");

PyDoc_STRVAR(
    value_and_gradient_doc,
    "value_and_gradient($self, y_true, y_pred, sample_weight=None, mask=None)\n--\n\n"
    "The loss of a batch, and d(loss)/d(y_pred).\n\n"
    "Where the loss is not reduced, the gradient is that of its sum.\n\n"
    "Parameters:\n"
    "    y_true: The labels.\n"
    "    y_pred: The predictions; a mask that Keras attached to them counts.\n"
    "    sample_weight: A weight for each loss, or one for all.\n"
    "    mask: Which losses count.\n\n"
    "Returns:\n"
    "    The loss, and an array of the shape of `y_pred`.\n\n"
    "Raises:\n"
    "    LossError: The arguments do not fit each other, or the dialect has no gradients.\n"
    "    TypeError: An argument is no array of numbers.");

static PyMethodDef masked_loss_methods[] = {
    {"value_and_gradient", (PyCFunction)(void (*)(void))value_and_gradient,
     METH_VARARGS | METH_KEYWORDS, value_and_gradient_doc},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef masked_loss_properties[] = {
    {"_native", get_loss, set_loss, "The Loss that is called.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot masked_loss_slots[] = {
    {Py_tp_doc, (void *)masked_loss_doc}, {Py_tp_dealloc, masked_loss_dealloc},
    {Py_tp_call, masked_loss_call},       {Py_tp_getset, masked_loss_properties},
    {Py_tp_methods, masked_loss_methods}, {0, NULL},
};

PyType_Spec masked_loss_spec = {
    .name = "_swift_losses.MaskedLoss",
    .basicsize = sizeof(MaskedLoss),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .slots = masked_loss_slots,
};

#endif
