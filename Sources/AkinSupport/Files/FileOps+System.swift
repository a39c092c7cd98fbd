extension FileOps {
  /// The real calls.
  package static let system = FileOps(
    create: { path in
      let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      // The lock says that the writer lives; see `sweepLeftovers`. A system without locks has none to see.
      if descriptor >= 0 { _ = flock(descriptor, LOCK_EX | LOCK_NB) }
      return result(descriptor)
    },
    createUnnamed: openUnnamed,
    name: nameUnnamed,
    inherit: inheritAttributes,
    sweep: sweepLeftovers,
    reserve: reserveSpace,
    write: { descriptor, bytes, offset in
      result(unsafe pwrite(descriptor, bytes.baseAddress, bytes.count, off_t(offset)))
    },
    synchronize: synchronizeFile,
    close: { closeDescriptor($0) },
    replace: { from, to in result(unsafe rename(from, to)) },
    publish: linkExclusively,
    synchronizeDirectory: { path in
      let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      // A directory that may be written but not read cannot be flushed.
      guard descriptor >= 0 else { return errno == EACCES ? 0 : result(descriptor) }
      let synchronized = result(fsync(descriptor))
      _ = closeDescriptor(descriptor)
      // Some file systems (network ones) have no fsync for directories.
      return synchronized == -Int(EINVAL) ? 0 : synchronized
    },
    remove: { path in result(unsafe unlink(path)) })
}

private func result(_ value: Int32) -> Int { value < 0 ? -Int(errno) : Int(value) }
private func result(_ value: Int) -> Int { value < 0 ? -Int(errno) : value }

private func openUnnamed(_ directory: String) -> Int {
  #if os(Linux)
    // The value of O_TMPFILE, which Swift does not import.
    let descriptor = unsafe open(directory, O_WRONLY | O_CLOEXEC | 0x40_0000 | O_DIRECTORY, 0o666)
    guard descriptor >= 0 else { return result(descriptor) }
    // Without /proc it could not be given a name.
    if let own = FileIdentity(descriptor: descriptor), FileIdentity(path: "/proc/self/fd/\(descriptor)") == own {
      return Int(descriptor)
    }
    _ = close(descriptor)
  #endif
  return -Int(EOPNOTSUPP)
}

private func nameUnnamed(_ descriptor: Int32, _ path: String) -> Int {
  result(unsafe linkat(AT_FDCWD, "/proc/self/fd/\(descriptor)", AT_FDCWD, path, AT_SYMLINK_FOLLOW))
}

private func inheritAttributes(_ descriptor: Int32, _ path: String) {
  var old = stat()
  var new = stat()
  guard unsafe stat(path, &old) == 0, unsafe fstat(descriptor, &new) == 0 else { return }
  var mode = old.st_mode & 0o7777
  if old.st_uid != new.st_uid || old.st_gid != new.st_gid, fchown(descriptor, old.st_uid, old.st_gid) != 0,
    fchown(descriptor, uid_t.max, old.st_gid) != 0, old.st_gid != new.st_gid
  {
    // What the old group may do is not meant for another group.
    mode &= ~0o070
  }
  _ = fchmod(descriptor, mode)
}

private func closeDescriptor(_ descriptor: Int32) -> Int {
  let status = close(descriptor)
  // The descriptor is closed even when the call was interrupted.
  return status < 0 && errno == EINTR ? 0 : result(status)
}

private func reserveSpace(_ descriptor: Int32, _ bytes: Int64) -> Int {
  #if canImport(Darwin)
    var wish = fstore_t(
      fst_flags: UInt32(F_ALLOCATEALL), fst_posmode: F_PEOFPOSMODE, fst_offset: 0, fst_length: off_t(bytes),
      fst_bytesalloc: 0)
    if unsafe fcntl(descriptor, F_PREALLOCATE, &wish) < 0 && errno == ENOSPC { return -Int(ENOSPC) }
    return result(ftruncate(descriptor, off_t(bytes)))
  #else
    let code = posix_fallocate(descriptor, 0, off_t(bytes))
    // Where the file system cannot reserve space, the file gets its length, and a full disk shows later.
    if code == EOPNOTSUPP || code == EINVAL { return result(ftruncate(descriptor, off_t(bytes))) }
    return -Int(code)
  #endif
}

private func synchronizeFile(_ descriptor: Int32) -> Int {
  #if canImport(Darwin)
    // On Darwin fsync does not flush the drive's cache.
    if fcntl(descriptor, F_FULLFSYNC) == 0 { return 0 }
  #endif
  return result(fsync(descriptor))
}

/// Renames a file unless the new name is taken, atomically.
private func linkExclusively(_ from: String, _ to: String) -> Int {
  if unsafe link(from, to) == 0 {
    // The file has its name; a second name that could not be removed is no failure.
    _ = unsafe unlink(from)
    return 0
  }
  let code = errno
  guard [EPERM, EOPNOTSUPP, ENOTSUP, ENOSYS, EMLINK].contains(code) else { return -Int(code) }
  // No hard links here (FAT, some network mounts): reserve the name with an empty file, then rename over it.
  let holder = unsafe open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
  guard holder >= 0 else { return result(holder) }
  _ = closeDescriptor(holder)
  let renamed = result(unsafe rename(from, to))
  if renamed < 0 { _ = unsafe unlink(to) }
  return renamed
}
