#if PythonInterop
internal import CPython

/// A reference to an object of Python's, which is given up at the end.
///
/// All of it only with the GIL: see `Interpreter.withGIL`.
struct PythonObject: ~Copyable {
  /// The object; valid as long as this reference is.
  let pointer: UnsafeMutablePointer<PyObject>

  /// Takes over a reference.
  init(owning pointer: UnsafeMutablePointer<PyObject>) { self.pointer = pointer }

  /// Takes over the reference that a function of CPython returned.
  ///
  /// - Throws: The exception that was raised, where there is none.
  init(_ returned: UnsafeMutablePointer<PyObject>?) throws(PythonError) {
    guard let returned else { throw .raised() }
    self.init(owning: returned)
  }

  deinit { Py_DecRef(pointer) }

  /// Gives the object away with its reference.
  consuming func released() -> UnsafeMutablePointer<PyObject> {
    let pointer = pointer
    discard self
    return pointer
  }
}

// MARK: - Looking at objects

extension PythonObject {
  /// The name of the class.
  var typeName: String {
    let name = try? PythonObject(PyType_GetName(Py_TYPE(pointer)))
    return name?.utf8 ?? "object"
  }

  /// `str` of the object, or `nil` where that fails.
  var text: String? {
    guard let text = try? PythonObject(PyObject_Str(pointer)) else { return nil }
    return text.utf8
  }

  /// The characters, where the object is a `str`; lone surrogates are none.
  var utf8: String? {
    var count: Py_ssize_t = 0
    guard let bytes = PyUnicode_AsUTF8AndSize(pointer, &count) else {
      PyErr_Clear()
      return nil
    }
    return bytes.withMemoryRebound(to: UInt8.self, capacity: count) {
      String(decoding: UnsafeBufferPointer(start: $0, count: count), as: UTF8.self)
    }
  }

  /// Whether the object is `None`.
  var isNone: Bool { pointer == loss_parity_none() }

  /// How many references there are, this one among them.
  var references: Int { Int(Py_REFCNT(pointer)) }

  /// An attribute.
  func attribute(_ name: String) throws(PythonError) -> PythonObject {
    try PythonObject(PyObject_GetAttrString(pointer, name))
  }

  /// What a mapping has for a key; `nil` where it has nothing, or `None`.
  func item(_ key: String) throws(PythonError) -> PythonObject? {
    guard let found = PyMapping_GetItemString(pointer, key) else {
      guard loss_parity_key_was_missing() != 0 else { throw .raised() }
      return nil
    }
    let object = PythonObject(owning: found)
    if object.isNone { return nil }
    return object
  }

  /// Calls with the elements of a list as positional arguments.
  func call(_ arguments: borrowing PythonObject) throws(PythonError) -> PythonObject {
    let tuple = try PythonObject(PyList_AsTuple(arguments.pointer))
    return try PythonObject(PyObject_Call(pointer, tuple.pointer, nil))
  }
}

// MARK: - Making objects

extension PythonObject {
  /// Imports a module.
  static func module(_ name: String) throws(PythonError) -> PythonObject {
    try PythonObject(PyImport_ImportModule(name))
  }

  /// A `str`.
  static func string(_ text: String) throws(PythonError) -> PythonObject {
    var text = text
    return try PythonObject(
      text.withUTF8 { utf8 in
        utf8.withMemoryRebound(to: CChar.self) {
          PyUnicode_FromStringAndSize($0.baseAddress, $0.count)
        }
      })
  }

  /// A `bool`.
  static func boolean(_ value: Bool) throws(PythonError) -> PythonObject {
    try PythonObject(PyBool_FromLong(value ? 1 : 0))
  }

  /// A `float`.
  static func number(_ value: Double) throws(PythonError) -> PythonObject {
    try PythonObject(PyFloat_FromDouble(value))
  }

  /// `None`.
  static var none: PythonObject {
    let none: UnsafeMutablePointer<PyObject> = loss_parity_none()
    Py_IncRef(none)
    return PythonObject(owning: none)
  }

  /// An empty `list`.
  static func list() throws(PythonError) -> PythonObject { try PythonObject(PyList_New(0)) }

  /// An empty `dict`.
  static func dictionary() throws(PythonError) -> PythonObject { try PythonObject(PyDict_New()) }

  /// Adds an element to a `list`.
  func append(_ element: borrowing PythonObject) throws(PythonError) {
    guard PyList_Append(pointer, element.pointer) == 0 else { throw .raised() }
  }

  /// Sets what a `dict` has for a key.
  func set(_ key: String, _ value: borrowing PythonObject) throws(PythonError) {
    let key = try PythonObject.string(key)
    guard PyDict_SetItem(pointer, key.pointer, value.pointer) == 0 else { throw .raised() }
  }
}
#endif
