/// The bytes of memory that this machine has.
///
/// More than that is never asked for: the system might promise it, and end the process when it is used.
package var physicalMemory: UInt64 {
  let pages = UInt64(clamping: sysconf(Int32(_SC_PHYS_PAGES)))
  let (bytes, overflow) = pages.multipliedReportingOverflow(by: UInt64(clamping: sysconf(Int32(_SC_PAGESIZE))))
  return overflow ? .max : bytes
}
