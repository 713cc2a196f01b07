import CVerifierKernels

/// Work in a thread of its own, beside that of the caller.
///
/// It starts at once where a processor is idle, which a queue's thread need not do.
package final class SideThread {
  private let work: @Sendable () -> Void
  private var thread: OpaquePointer?
  private var isDone = false

  /// Starts the work.
  package init(_ work: @escaping @Sendable () -> Void) {
    self.work = work
    thread = verifier_thread_start(
      { context in
        guard let context else { return }
        Unmanaged<SideThread>.fromOpaque(context).takeUnretainedValue().work()
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  deinit { join() }

  /// Waits until the work is done; does it, where no thread could be started.
  package func join() {
    guard !isDone else { return }
    isDone = true
    if let thread { verifier_thread_join(thread) } else { work() }
  }
}
