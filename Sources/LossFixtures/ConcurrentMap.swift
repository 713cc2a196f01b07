import Dispatch
import Synchronization

/// Maps elements on several threads, each of which takes the next few that nobody has taken.
///
/// Threads, not tasks: what is asked may block for long, and there may be more jobs than cores.
///
/// - Parameters:
///   - elements: The elements.
///   - jobs: How many threads there are.
///   - batch: How many elements in a row a thread takes at once.
///   - progress: Told on the calling thread, in order, that 1, 2, ... elements are done.
///   - transform: Gives the result of an element.
/// - Returns: The results in the order of the elements, whatever the number of jobs.
package func concurrentMap<Element: Sendable, Result: Sendable>(
  _ elements: [Element], jobs: Int, batch: Int = 1, progress: (Int) -> Void = { _ in },
  _ transform: @escaping @Sendable (Element) -> Result
) -> [Result] {
  let threads = min(jobs, (elements.count + batch - 1) / batch)
  guard threads > 1 else {
    // No thread is worth waiting for.
    return elements.enumerated().map { place, element in
      defer { progress(place + 1) }
      return transform(element)
    }
  }
  let work = SharedWork<Result>(count: elements.count, batch: batch)
  let group = DispatchGroup()
  for job in 0..<threads {
    // A serial queue has a thread of its own; a concurrent one has no more threads than cores.
    DispatchQueue(label: "loss-parity.job.\(job + 1)").async(group: group) {
      while let places = work.take() {
        for place in places { work.finish(place, transform(elements[place])) }
      }
    }
  }
  var told = 0
  func tell() {
    // Read once: threads go on while progress is told.
    let done = work.done
    for place in told..<done { progress(place + 1) }
    told = done
  }
  while group.wait(timeout: .now() + .milliseconds(50)) == .timedOut { tell() }
  tell()
  return work.results
}

/// Makes two values at the same time, the first on another thread.
func concurrently<First: Sendable, Second>(
  _ first: @escaping @Sendable () -> First, _ second: () -> Second
) -> (First, Second) {
  let work = SharedWork<First>(count: 1, batch: 1)
  let thread = SideThread { work.finish(0, first()) }
  let made = second()
  thread.join()
  return (work.results[0], made)
}

/// Elements that several threads work on.
private final class SharedWork<Result: Sendable>: Sendable {
  private let count: Int
  private let batch: Int
  private let state: Mutex<State>

  private struct State {
    var taken = 0
    var done = 0
    var results: [Result?]
  }

  init(count: Int, batch: Int) {
    self.count = count
    self.batch = batch
    state = Mutex(State(results: Array(repeating: nil, count: count)))
  }

  /// The places of the next elements, or `nil` where all are taken.
  func take() -> Range<Int>? {
    state.withLock { state in
      guard state.taken < count else { return nil }
      let start = state.taken
      state.taken = min(start + batch, count)
      return start..<state.taken
    }
  }

  func finish(_ place: Int, _ result: Result) {
    state.withLock { state in
      state.results[place] = result
      state.done += 1
    }
  }

  var done: Int { state.withLock(\.done) }

  var results: [Result] { state.withLock { $0.results.compactMap(\.self) } }
}
