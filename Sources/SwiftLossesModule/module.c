// The module _swift_losses: the losses of KerasLosses for the package swift_losses.

#ifdef PYTHON_INTEROP

#include <stdlib.h>
#include <string.h>

#include "arrays.h"

unsigned long long losses_calls = 0;

// MARK: - Errors and texts

void raise_failure(ModuleState *state, const keras_loss_failure *failure) {
  if (strcmp(failure->code, "out_of_memory") == 0) {
    PyErr_SetString(PyExc_MemoryError, failure->message);
    return;
  }
  PyObject *error = PyObject_CallFunction(state->loss_error, "s", failure->message);
  PyObject *code = error ? PyUnicode_FromString(failure->code) : NULL;
  if (code != NULL && PyObject_SetAttrString(error, "code", code) == 0) {
    PyErr_SetObject(state->loss_error, error);
  }
  Py_XDECREF(code);
  Py_XDECREF(error);
}

const char *utf8_of(PyObject *text, const char *name) {
  if (!PyUnicode_Check(text)) {
    PyErr_Format(PyExc_TypeError, "%s is %R: expected a str", name, text);
    return NULL;
  }
  Py_ssize_t size;
  const char *utf8 = PyUnicode_AsUTF8AndSize(text, &size);
  if (utf8 != NULL && strlen(utf8) != (size_t)size) {
    PyErr_Format(PyExc_ValueError, "%s is %R: expected no zero characters", name, text);
    return NULL;
  }
  return utf8;
}

int optional_utf8_of(PyObject *text, const char *name, const char **utf8) {
  *utf8 = Py_IsNone(text) ? NULL : utf8_of(text, name);
  return *utf8 != NULL || Py_IsNone(text);
}

// MARK: - Functions

// A member of the catalogue, read anew so that nobody changes it for others.
static PyObject *catalogue_member(const char *name) {
  PyObject *json = PyImport_ImportModule("json");
  PyObject *all = json ? PyObject_CallMethod(json, "loads", "s", keras_loss_catalogue()) : NULL;
  PyObject *member = all ? PyObject_CallMethod(all, "pop", "s", name) : NULL;
  Py_XDECREF(all);
  Py_XDECREF(json);
  return member;
}

// Makes a tuple of each item of a list.
static int make_tuples(PyObject *list) {
  for (Py_ssize_t index = 0; index < PyList_Size(list); index++) {
    PyObject *pair = PyList_AsTuple(PyList_GetItem(list, index));
    if (pair == NULL || PyList_SetItem(list, index, pair) != 0) return -1;
  }
  return 0;
}

static PyObject *catalogue(PyObject *module, PyObject *unused) {
  PyObject *losses = catalogue_member("losses");
  if (losses == NULL) return NULL;
  for (Py_ssize_t index = 0; index < PyList_Size(losses); index++) {
    PyObject *parameters = PyDict_GetItemString(PyList_GetItem(losses, index), "parameters");
    if (parameters == NULL || make_tuples(parameters) != 0) {
      Py_DECREF(losses);
      return NULL;
    }
  }
  return losses;
}

static PyObject *dialects(PyObject *module, PyObject *unused) {
  return catalogue_member("dialects");
}

static PyObject *calls(PyObject *module, PyObject *unused) {
  return PyLong_FromUnsignedLongLong(losses_calls);
}

// The reduction of held arrays: losses, weights and mask.
static PyObject *reduced(
    ModuleState *state, const HeldArray *held, const char *reduction, const char *dialect,
    const char *dtype) {
  keras_loss_failure failure;
  keras_loss_output value;
  int64_t room[128];
  value.data = room;
  value.capacity = sizeof room;
  losses_calls += 1;
  if (!keras_loss_reduce(
          &held[0].array, held[1].is_held ? &held[1].array : NULL,
          held[2].is_held ? &held[2].array : NULL, reduction, dialect, dtype, &value, &failure)) {
    raise_failure(state, &failure);
    return NULL;
  }
  PyObject *result = numpy_result(state, &value);
  if (value.data != room) free(value.data);
  return result;
}

static PyObject *reduce(PyObject *module, PyObject *positional, PyObject *keywords) {
  static char *names[] = {
      "losses", "sample_weight", "mask", "reduction", "dialect", "dtype", NULL};
  PyObject *arrays[3] = {NULL, Py_None, Py_None};
  PyObject *reduction_object = NULL, *dialect_object = Py_None, *dtype_object = Py_None;
  if (!PyArg_ParseTupleAndKeywords(
          positional, keywords, "O|OOOOO:reduce", names, &arrays[0], &arrays[1], &arrays[2],
          &reduction_object, &dialect_object, &dtype_object)) {
    return NULL;
  }
  const char *reduction = "sum_over_batch_size", *dialect, *dtype;
  if ((reduction_object != NULL && !optional_utf8_of(reduction_object, "reduction", &reduction))
      || !optional_utf8_of(dialect_object, "dialect", &dialect)
      || !optional_utf8_of(dtype_object, "dtype", &dtype)) {
    return NULL;
  }
  ModuleState *state = PyModule_GetState(module);
  HeldArray held[3] = {{.is_held = 0}, {.is_held = 0}, {.is_held = 0}};
  int status = dtype == NULL ? hold_floatx(state, arrays[0], "losses", &held[0])
                             : hold_array(state, arrays[0], "losses", &held[0]);
  for (int index = 1; status == 0 && index < 3; index++) {
    if (Py_IsNone(arrays[index])) continue;
    status = hold_array(state, arrays[index], names[index], &held[index]);
  }
  PyObject *result = status == 0 ? reduced(state, held, reduction, dialect, dtype) : NULL;
  for (int index = 0; index < 3; index++) release_array(&held[index]);
  return result;
}

// Remembers where Keras keeps the masks of arrays.
static PyObject *know_masks(PyObject *module, PyObject *pair) {
  ModuleState *state = PyModule_GetState(module);
  PyObject *backend, *masks;
  if (!PyArg_ParseTuple(pair, "OO!:know_masks", &backend, &PyModule_Type, &masks)) return NULL;
  PyObject *old[] = {state->backend, state->masks};
  state->backend = Py_NewRef(backend);
  state->masks = Py_NewRef(PyModule_GetDict(masks));
  Py_XDECREF(old[0]);
  Py_XDECREF(old[1]);
  return Py_NewRef(Py_None);
}

// MARK: - Module

// Adds the exception LossError.
static int add_error(PyObject *module, ModuleState *state) {
  PyObject *attributes = Py_BuildValue("{s:s}", "code", "");
  if (attributes == NULL) return -1;
  state->loss_error = PyErr_NewExceptionWithDoc(
      "_swift_losses.LossError",
      "What a loss refuses; `code` is its kind in the words of the fixtures.", PyExc_ValueError,
      attributes);
  Py_DECREF(attributes);
  if (state->loss_error == NULL) return -1;
  return PyModule_AddObjectRef(module, "LossError", state->loss_error);
}

// Looks up what is needed of NumPy.
static int find_numpy(ModuleState *state) {
  static const char *const names[] = {
      [KERAS_LOSS_BOOL] = "bool",       [KERAS_LOSS_INT8] = "int8",
      [KERAS_LOSS_INT16] = "int16",     [KERAS_LOSS_INT32] = "int32",
      [KERAS_LOSS_INT64] = "int64",     [KERAS_LOSS_UINT8] = "uint8",
      [KERAS_LOSS_UINT16] = "uint16",   [KERAS_LOSS_UINT32] = "uint32",
      [KERAS_LOSS_UINT64] = "uint64",   [KERAS_LOSS_FLOAT16] = "float16",
      [KERAS_LOSS_FLOAT32] = "float32", [KERAS_LOSS_FLOAT64] = "float64",
  };
  PyObject *numpy = PyImport_ImportModule("numpy");
  if (numpy == NULL) return -1;
  state->ndarray = PyObject_GetAttrString(numpy, "ndarray");
  state->as_array = PyObject_GetAttrString(numpy, "asarray");
  state->empty = PyObject_GetAttrString(numpy, "empty");
  state->bool_type = PyObject_GetAttrString(numpy, "bool_");
  int is_found = state->ndarray && state->as_array && state->empty && state->bool_type;
  for (int dtype = 0; is_found && dtype <= KERAS_LOSS_FLOAT64; dtype++) {
    if (dtype == KERAS_LOSS_BFLOAT16) continue;
    state->dtypes[dtype] = PyObject_CallMethod(numpy, "dtype", "s", names[dtype]);
    is_found = state->dtypes[dtype] != NULL;
  }
  Py_DECREF(numpy);
  return is_found ? make_scalar_places(state) : -1;
}

static int add_type(PyObject *module, const char *name, PyType_Spec *spec) {
  PyObject *type = PyType_FromModuleAndSpec(module, spec, NULL);
  if (type == NULL) return -1;
  const int status = PyModule_AddObjectRef(module, name, type);
  Py_DECREF(type);
  return status;
}

static int module_exec(PyObject *module) {
  ModuleState *state = PyModule_GetState(module);
  state->empty_tuple = PyTuple_New(0);
  state->order_c = Py_BuildValue("{s:s}", "order", "C");
  if (!state->empty_tuple || !state->order_c || find_numpy(state) != 0) return -1;
  if (add_error(module, state) != 0) return -1;
  state->backend_name = PyUnicode_InternFromString("keras.src.backend");
  state->tracker_name = PyUnicode_InternFromString("GLOBAL_STATE_TRACKER");
  state->table_name = PyUnicode_InternFromString("_keras_mask_dict");
  state->call_name = PyUnicode_InternFromString("_call_with_mask");
  state->gradient_name = PyUnicode_InternFromString("_value_and_gradient_with_mask");
  if (!state->backend_name || !state->tracker_name || !state->table_name || !state->call_name
      || !state->gradient_name) {
    return -1;
  }
  if (add_type(module, "Loss", &loss_spec) != 0) return -1;
  return add_type(module, "MaskedLoss", &masked_loss_spec);
}

// Calls a function with each reference of the state.
static int visit_state(ModuleState *state, int (*visit)(PyObject **, void *), void *argument) {
  PyObject **const references[] = {
      &state->loss_error, &state->ndarray,     &state->as_array, &state->empty,
      &state->bool_type,  &state->empty_tuple, &state->order_c,  &state->bfloat16,
      &state->backend,    &state->masks,       &state->backend_name,
      &state->tracker_name, &state->table_name, &state->call_name, &state->gradient_name};
  for (size_t index = 0; index < sizeof references / sizeof *references; index++) {
    const int status = visit(references[index], argument);
    if (status != 0) return status;
  }
  for (int dtype = 0; dtype <= KERAS_LOSS_FLOAT64; dtype++) {
    const int status = visit(&state->dtypes[dtype], argument);
    if (status != 0) return status;
  }
  return 0;
}

typedef struct {
  visitproc visit;
  void *argument;
} Traversal;

static int visit_reference(PyObject **reference, void *argument) {
  const Traversal *traversal = argument;
  return *reference ? traversal->visit(*reference, traversal->argument) : 0;
}

static int clear_reference(PyObject **reference, void *argument) {
  Py_CLEAR(*reference);
  return 0;
}

static int module_traverse(PyObject *module, visitproc visit, void *argument) {
  Traversal traversal = {visit, argument};
  return visit_state(PyModule_GetState(module), visit_reference, &traversal);
}

static int module_clear(PyObject *module) {
  drop_scalar_places(PyModule_GetState(module));
  return visit_state(PyModule_GetState(module), clear_reference, NULL);
}

static void module_free(void *module) { module_clear(module); }

PyDoc_STRVAR(
    reduce_doc,
    "reduce($module, losses, sample_weight=None, mask=None, reduction='sum_over_batch_size', "
    "dialect=None, dtype=None)\n--\n\n"
    "Weight, mask and reduce the losses of a batch, as the class of a loss does.");

PyDoc_STRVAR(
    catalogue_doc,
    "catalogue($module)\n--\n\n"
    "Return a dict for each loss: function, class, aliases and parameters with their defaults.");

PyDoc_STRVAR(dialects_doc, "dialects($module)\n--\n\nReturn the names of the dialects.");

PyDoc_STRVAR(
    calls_doc, "calls($module)\n--\n\nReturn how many calls have reached the losses so far.");

PyDoc_STRVAR(
    know_masks_doc,
    "know_masks($module, backend, masks, /)\n--\n\n"
    "Remember the module of Keras that attaches masks, and the one whose `GLOBAL_STATE_TRACKER` has\n"
    "the table of the masks of arrays as the attribute `_keras_mask_dict`.");

static PyMethodDef functions[] = {
    {"reduce", (PyCFunction)(void (*)(void))reduce, METH_VARARGS | METH_KEYWORDS, reduce_doc},
    {"catalogue", catalogue, METH_NOARGS, catalogue_doc},
    {"dialects", dialects, METH_NOARGS, dialects_doc},
    {"calls", calls, METH_NOARGS, calls_doc},
    {"know_masks", know_masks, METH_VARARGS, know_masks_doc},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot module_slots[] = {{Py_mod_exec, module_exec}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_swift_losses",
    .m_doc = "The losses of KerasLosses, with NumPy arrays.",
    .m_size = sizeof(ModuleState),
    .m_methods = functions,
    .m_slots = module_slots,
    .m_traverse = module_traverse,
    .m_clear = module_clear,
    .m_free = module_free,
};

PyMODINIT_FUNC PyInit__swift_losses(void) { return PyModuleDef_Init(&definition); }

#endif
