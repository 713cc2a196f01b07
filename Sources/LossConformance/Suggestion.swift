/// The candidate that a word was probably meant to be: the nearest by edit distance, if near at all.
///
/// - Complexity: O(candidates * word length * candidate length).
package func nearest(_ word: String, among candidates: some Sequence<String>) -> String? {
  candidates.map { (candidate: $0, distance: editDistance(word, $0)) }
    .filter { $0.distance <= max(2, word.count / 3) }
    .min { $0.distance < $1.distance }?.candidate
}

/// The number of insertions, deletions and replacements that turn one word into the other.
private func editDistance(_ first: String, _ second: String) -> Int {
  let second = Array(second)
  var row = Array(0...second.count)
  for (i, character) in first.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for j in second.indices {
      let replaced = diagonal + (second[j] == character ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
    }
  }
  return row[second.count]
}
