// Names are those of akin.h.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

public import CAkin
import Akin
import AkinTool

@c @implementation
public func akin_run(
  _ words: UnsafePointer<UnsafePointer<CChar>?>?, _ count: Int64, _ work: UnsafePointer<akin_work>?,
  _ output: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  _ messages: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  var code = Int32(AKIN_OK.rawValue)
  let status = call {
    let given = unsafe try array(words, AkinC.count(count, "count"), "words")
    let line = try given.indices.map { unsafe try text(given[$0], "words[\($0)]") }
    let execution = unsafe try execution(work)
    let done = try Tool.run(
      line, progress: { execution.progress?($0) }, cancellation: execution.cancellation ?? Cancellation())
    unsafe try give(done.output, to: output)
    unsafe try give(done.messages, to: messages)
    code = done.code
  }
  return status == Int32(AKIN_OK.rawValue) ? code : status
}
