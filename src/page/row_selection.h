#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "text/distribution.h"

namespace calculon {

// Which rows of a result file a page keeps, chosen while they come by. Of ranked ones, as `loe`
// writes them, that is all up to a limit; of more the first few, and the best row of each split
// over tensor and pipeline parallelism. Of all good ones, as `lae` writes them, it is the best of
// each split and the best few. The rates of all rows are counted in any case.
class RowSelection {
 public:
  // How many of the best executions are kept, with their ranks, where rows come in any order.
  static constexpr std::size_t kBest = 10;
  // As many rows as a search writes at most.
  static constexpr std::size_t kMostRanked = 1'000'000;

  // `name` is that of the file, for messages. More than `most` ranked rows are cut to `first`.
  RowSelection(std::string name, bool ranked, std::size_t most, std::size_t first);

  struct Row {
    std::optional<double> rate;  // samples per second
    double memory = 0;           // tier-1 memory, or infinity: what decides between equal rates
    std::string split;           // the same for rows of one split
  };
  // Counts the next row. Whether it is to be kept, so that keep() has to follow. Throws InputError
  // for more ranked rows or splits than there can be.
  bool offer(const Row& row);
  // The row that was offered last, as whatever text the caller can read again. Throws InputError
  // if all kept rows together are longer than those of any search.
  void keep(std::string text);

  struct Kept {
    std::size_t number = 0;           // of the row in the file, from 1
    std::optional<std::size_t> rank;  // of the best few, where rows come in any order
    std::string text;
  };
  // The kept rows in their order, the best few first.
  std::vector<Kept> take();

  std::size_t count() const { return number_; }
  // The rates of all rows; nothing if no row has one.
  std::optional<Distribution> rates() const;
  // What the page does not hold and how the rest was chosen, as a sentence; "" if it holds all.
  // `name` is how the page calls the file.
  std::string left_out(std::string_view name, std::size_t num_kept) const;

 private:
  struct Candidate {
    double rate = 0;
    double memory = 0;
    std::size_t number = 0;
  };
  struct Text {
    std::string text;
    int uses = 0;  // by how many reasons it is kept
  };

  bool is_best_of_split(const Row& row, double rate);
  bool is_among_best(double rate);
  void cut();
  void release(std::size_t number);

  std::string name_;
  bool ranked_;
  std::size_t most_;
  std::size_t first_;
  bool is_cut_ = false;
  std::size_t number_ = 0;
  int uses_ = 0;  // of the row that was offered last
  std::size_t kept_bytes_ = 0;
  DistributionMaker rates_{"sample_rate"};
  std::map<std::string, Candidate> best_of_split_;
  std::vector<Candidate> best_;       // best first; of equal ones the earlier row
  std::map<std::size_t, Text> kept_;  // by number
};

}  // namespace calculon
