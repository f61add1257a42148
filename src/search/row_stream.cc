// Threads take pieces in order and finish them in any order. A finished piece waits until all
// before it are written; whoever finishes the one that is due writes it, and all that are ready
// behind it. A thread that gets too far ahead waits, which bounds the memory.
#include "calculon/search/row_stream.h"

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>

#include "calculon/base/parallel.h"
#include "search/degrees.h"
#include "search/row_maker.h"

namespace calculon {
namespace {

constexpr int kWatchMilliseconds = 100;
constexpr std::int64_t kPiecesAheadPerThread = 8;

class OrderedOutput {
 public:
  OrderedOutput(const std::function<void(std::string_view)>& write, std::int64_t most_ahead)
      : write_(write), most_ahead_(most_ahead) {}

  // The next piece to make, once it is not too far ahead.
  std::int64_t take(const StopToken& stop) {
    std::unique_lock lock(mutex_);
    const std::int64_t piece = taken_++;
    while (piece >= written_ + most_ahead_ && !stop) {
      room_.wait_for(lock, std::chrono::milliseconds(kWatchMilliseconds));
    }
    return piece;
  }

  // A part of a long piece, which waits until all before the piece are written. False if it was
  // stopped instead: then nothing of the piece may follow.
  bool put_part(std::int64_t piece, const std::string& text, const StopToken& stop) {
    std::unique_lock lock(mutex_);
    while (piece != written_ || writing_) {
      if (stop) {
        return false;
      }
      room_.wait_for(lock, std::chrono::milliseconds(kWatchMilliseconds));
    }
    writing_ = true;
    lock.unlock();
    write_(text);
    lock.lock();
    writing_ = false;
    return true;
  }

  // The last part of a piece, or all of it.
  void put(std::int64_t piece, std::string text) {
    std::unique_lock lock(mutex_);
    ready_.emplace(piece, std::move(text));
    if (writing_) {
      return;
    }
    writing_ = true;
    for (auto due = ready_.find(written_); due != ready_.end(); due = ready_.find(written_)) {
      const std::string next = std::move(due->second);
      ready_.erase(due);
      lock.unlock();
      write_(next);
      lock.lock();
      ++written_;
      room_.notify_all();
    }
    writing_ = false;
    room_.notify_all();
  }

 private:
  const std::function<void(std::string_view)>& write_;
  const std::int64_t most_ahead_;
  std::mutex mutex_;
  std::condition_variable room_;
  std::map<std::int64_t, std::string> ready_;
  std::int64_t taken_ = 0;
  std::int64_t written_ = 0;
  bool writing_ = false;
};

}  // namespace

RowStreamResult stream_rows(const Transformer& transformer, const System& system,
                            const StrategySpace& space, const RowStreamOptions& options,
                            const std::atomic<bool>& stop, const Progress& progress) {
  require_datatype(system, space.datatype());
  const std::vector<SettingRange> pieces = setting_ranges(space.degrees());
  const auto num_pieces = static_cast<std::int64_t>(pieces.size());
  OrderedOutput output(options.write, kPiecesAheadPerThread * options.threads);
  std::atomic<std::int64_t> counted{0};
  RowStreamResult result;
  std::mutex merging;
  const auto work = [&](int, const StopToken& token) {
    RowMaker maker(transformer, system, space, options.where, options.make_writer(), token);
    for (std::int64_t piece = output.take(token); piece < num_pieces && !token;
         piece = output.take(token)) {
      const std::int64_t before = maker.tally().total;
      const auto sink = [&](const std::string& part) {
        return output.put_part(piece, part, token);
      };
      auto text = maker.make(pieces[static_cast<std::size_t>(piece)], sink);
      if (text) {  // else nothing may stand behind what is missing
        output.put(piece, std::move(*text));
      }
      counted.fetch_add(maker.tally().total - before, std::memory_order_relaxed);
    }
    const std::lock_guard lock(merging);
    result.tally.merge(maker.tally());
    result.rows += maker.rows();
  };
  run_threads(options.threads, work, stop, kWatchMilliseconds,
              [&] { progress(counted.load(std::memory_order_relaxed)); });
  result.interrupted = stop;
  return result;
}

}  // namespace calculon
