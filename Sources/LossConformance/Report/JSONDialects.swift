// The JSON's shape of agreements with dialects: renaming one of these breaks no reader.

/// In JSON, how many answers that were asked in one dialect are what a dialect answers.
struct Agreed: Encodable {
  let asked: String
  let dialect: String
  let agreed: Int
  let answered: Int

  init(_ agreement: DialectAgreement) {
    asked = agreement.asked
    dialect = agreement.dialect
    agreed = agreement.agreed
    answered = agreement.answered
  }
}
