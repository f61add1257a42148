#include "search/ordered_output.h"

#include <chrono>
#include <utility>

namespace calculon {
namespace {

// How often a thread that waits looks whether it is to stop.
constexpr std::chrono::milliseconds kLook(100);

}  // namespace

std::int64_t OrderedOutput::take(const StopToken& stop) {
  std::unique_lock lock(mutex_);
  const std::int64_t piece = taken_++;
  while (piece >= written_ + most_ahead_ && !stop) {
    room_.wait_for(lock, kLook);
  }
  return piece;
}

bool OrderedOutput::put_part(std::int64_t piece, const std::string& text, const StopToken& stop) {
  std::unique_lock lock(mutex_);
  while (piece != written_ || writing_) {
    if (stop) {
      return false;
    }
    room_.wait_for(lock, kLook);
  }
  writing_ = true;
  lock.unlock();
  write_(text);
  lock.lock();
  writing_ = false;
  return true;
}

void OrderedOutput::put(std::int64_t piece, std::string text) {
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

}  // namespace calculon
