import AkinSupport

/// A verb whose library is not part of this build.
struct Pending: AkinError {
  let verb: String
  var kind: TroubleKind { .usage }
  var description: String { "akin \(verb) is not part of this build" }
}
