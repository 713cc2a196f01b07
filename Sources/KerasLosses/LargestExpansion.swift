#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

extension Shape {
  /// The most elements that smaller shapes may broadcast to, or pairs that embeddings may have.
  ///
  /// What is not there cannot be asked for and refused in Swift: a program that no call may end lowers
  /// this before the first call.
  package nonisolated(unsafe) static var largestExpansion = Int.max

  /// Lowers the largest expansion to what the machine's memory holds.
  package static func limitExpansionsToMemory() {
    let size = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
    // With their indices and copies, elements take up to 64 bytes each.
    if size > 0 { unsafe largestExpansion = size / 64 }
  }
}
