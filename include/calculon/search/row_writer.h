#pragma once

#include <string>

#include "calculon/statistics/stats.h"
#include "calculon/strategy/strategy.h"

namespace calculon {

// Makes the text of rows, in pieces. Each thread has a writer of its own; the rows of a piece come
// one after the other, then finish().
class RowWriter {
 public:
  virtual ~RowWriter() = default;
  // Adds a row to the piece at hand.
  virtual void append(std::string& text, const Strategy& strategy, const Stats& stats) = 0;
  // The finished text of a piece, compressed for example; runs on the thread that made it.
  virtual std::string finish(std::string text) { return text; }
};

}  // namespace calculon
