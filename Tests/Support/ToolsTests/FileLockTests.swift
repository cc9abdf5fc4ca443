import Foundation
import Synchronization
import TestFiles
import Testing
import Tools

@Suite struct FileLockTests {
  @Test func `Only one owner at a time, and no file stays behind`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/lock"
    let inside = Mutex(0)
    let entered = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      for _ in 0..<50 {
        guard let lock = try? FileLock.acquire(path) else { continue }
        withExtendedLifetime(lock) {
          inside.withLock { $0 += 1 }
          #expect(inside.withLock { $0 } == 1)
          entered.withLock { $0 += 1 }
          inside.withLock { $0 -= 1 }
        }
      }
    }
    #expect(entered.withLock { $0 } == 400)
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func `A held lock is not free`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/lock"
    let lock = try FileLock.acquire(path)
    let second = try FileLock.acquireIfFree(path)
    withExtendedLifetime(lock) { #expect(second == nil) }
  }

  @Test func `A missing folder is an error that names the path`() {
    #expect {
      try FileLock.acquire("/nonexistent/lock")
    } throws: {
      "\($0)" == "cannot lock '/nonexistent/lock': No such file or directory"
    }
  }
}
