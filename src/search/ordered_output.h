#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "calculon/base/parallel.h"

namespace calculon {

// Threads take pieces of an output in order and finish them in any order. A finished piece waits
// until all before it are written; whoever finishes the one that is due writes it, and all that are
// ready behind it. A thread that gets too far ahead waits, which bounds the memory.
class OrderedOutput {
 public:
  // Takes text in order and one call at a time, but on any of the threads. Has to outlive this.
  using Write = std::function<void(std::string_view)>;

  OrderedOutput(const Write& write, int threads)
      : write_(write), most_ahead_(kPiecesAheadPerThread * threads) {}

  // The next piece to make, once it is not too far ahead.
  std::int64_t take(const StopToken& stop);

  // A part of a long piece, which waits until all before the piece are written. False if it was
  // stopped instead: then nothing of the piece may follow.
  bool put_part(std::int64_t piece, const std::string& text, const StopToken& stop);

  // The last part of a piece, or all of it.
  void put(std::int64_t piece, std::string text);

 private:
  static constexpr std::int64_t kPiecesAheadPerThread = 8;

  const Write& write_;
  const std::int64_t most_ahead_;
  std::mutex mutex_;
  std::condition_variable room_;
  std::map<std::int64_t, std::string> ready_;
  std::int64_t taken_ = 0;
  std::int64_t written_ = 0;
  bool writing_ = false;
};

}  // namespace calculon
