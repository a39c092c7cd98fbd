// Names are those of akin.h.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

public import CAkin
import Akin
import AkinTool

/// The counts of changes as JSON, for a caller who wants them.
@unsafe private func give(
  _ changes: [CatalogueChange?], to target: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) throws {
  let done = changes.compactMap { $0 }.map { change in
    var counts = change.counts
    counts["operation"] = .string(change.operation.rawValue)
    counts["generation"] = .integer(Int64(clamping: change.generation))
    return JSONValue.object(counts)
  }
  unsafe try AkinC.give(JSONValue.array(done).text, to: target)
}

@c @implementation
public func akin_catalogue_create(
  _ path: UnsafePointer<CChar>?, _ embeddings: akin_handle, _ options: UnsafePointer<CChar>?, _ replaces: Int32,
  _ work: UnsafePointer<akin_work>?, _ change: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  call {
    register()
    let done = try CatalogueWriter.create(
      at: unsafe text(path, "path"), from: Handles.embeddings(embeddings),
      options: Tool.buildOptions(unsafe AkinC.options(options)), replacing: replaces != 0,
      execution: unsafe execution(work))
    unsafe try give([done.change], to: change)
  }
}

@c @implementation
public func akin_catalogue_add(
  _ path: UnsafePointer<CChar>?, _ embeddings: akin_handle, _ work: UnsafePointer<akin_work>?,
  _ change: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  call {
    register()
    let file = try Handles.embeddings(embeddings)
    let execution = unsafe try execution(work)
    let writer = try CatalogueWriter(path: unsafe text(path, "path"))
    let changes = [try writer.add(file, execution: execution), try writer.merge(execution: execution)]
    unsafe try give(changes, to: change)
  }
}

@c @implementation
public func akin_catalogue_delete(
  _ path: UnsafePointer<CChar>?, _ ids: UnsafePointer<akin_texts>?, _ work: UnsafePointer<akin_work>?,
  _ change: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  call {
    register()
    let gone = unsafe try AkinC.ids(ids, "ids")
    let execution = unsafe try execution(work)
    let writer = try CatalogueWriter(path: unsafe text(path, "path"))
    let changes = [
      try writer.delete((0..<gone.count).lazy.map { gone[Row($0)] }), try writer.merge(execution: execution),
    ]
    unsafe try give(changes, to: change)
  }
}

@c @implementation
public func akin_catalogue_compact(
  _ path: UnsafePointer<CChar>?, _ segments: Int64, _ keeps: Int64, _ work: UnsafePointer<akin_work>?,
  _ change: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  call {
    register()
    let execution = unsafe try execution(work)
    let writer = try CatalogueWriter(path: unsafe text(path, "path"))
    let done = try writer.compact(
      to: Int(clamping: segments), keeping: keeps == 0 ? nil : Int(clamping: keeps), execution: execution)
    unsafe try give([done], to: change)
  }
}

@c @implementation
public func akin_catalogue_open(
  _ path: UnsafePointer<CChar>?, _ generation: UInt64, _ index: UnsafeMutablePointer<akin_handle>?
) -> Int32 {
  call {
    let place = unsafe try place(index, "index")
    register()
    unsafe place.pointee = Handles.open(
      .index(try CatalogueIndex(path: text(path, "path"), generation: generation)))
  }
}

@c @implementation
public func akin_catalogue_segment(
  _ directory: UnsafePointer<CChar>?, _ embeddings: akin_handle, _ options: UnsafePointer<CChar>?,
  _ work: UnsafePointer<akin_work>?, _ segment: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  call {
    register()
    let record = try CatalogueWriter.writeSegment(
      of: Handles.embeddings(embeddings), to: unsafe text(directory, "directory"),
      options: Tool.buildOptions(unsafe AkinC.options(options)), execution: unsafe execution(work))
    let facts: [String: JSONValue] = [
      "digest": .string(record.digest.description), "rows": .integer(Int64(record.rows)),
      "bytes": .integer(Int64(clamping: record.fileBytes)), "linked": .bool(record.isLinked),
    ]
    unsafe try AkinC.give(JSONValue.object(facts).text, to: segment)
  }
}

@c @implementation
public func akin_catalogue_adopt(
  _ path: UnsafePointer<CChar>?, _ directory: UnsafePointer<CChar>?, _ digests: UnsafePointer<akin_texts>?,
  _ options: UnsafePointer<CChar>?, _ after: UInt64, _ checks: Int32, _ work: UnsafePointer<akin_work>?,
  _ change: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  call {
    register()
    let names = unsafe try structure(digests, "digests", \.struct_size).texts("digests")
    let chosen = try names.enumerated().map { place, name in
      guard let digest = Digest(hex: name) else {
        throw CallError.badDigest("digests", place: Int64(place), found: name)
      }
      return digest
    }
    let done = try CatalogueWriter.adopt(
      chosen, from: unsafe text(directory, "directory"), at: unsafe text(path, "path"), after: after,
      options: Tool.buildOptions(unsafe AkinC.options(options)), checksContent: checks != 0,
      execution: unsafe execution(work))
    unsafe try give([done.change], to: change)
  }
}
