#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "text/distribution.h"
#include "text/table.h"

namespace calculon {

// Takes a table of executions line by line and keeps what a page shows of it: of ranked ones, as
// `loe` writes them, all; of all good ones, as `lae` does, the best row of each split over tensor
// and pipeline parallelism, the best few, and every sample rate. Throws InputError for a table of
// anything else.
class TableReader {
 public:
  // How many of the best executions are kept, with their ranks.
  static constexpr std::size_t kBest = 10;

  TableReader(std::string name, std::string_view header);
  TableReader(const TableReader&) = delete;  // columns_ looks into header_
  TableReader& operator=(const TableReader&) = delete;

  // The ranks stand in a first column that has no name.
  bool ranked() const { return ranked_; }
  void add(std::string_view line);
  // The kept rows in their order; the best one has the distribution of all as its summary.
  Table finish();

 private:
  struct KeptRow {
    double rate = 0;
    std::size_t number = 0;  // of the row, from 1; 0: none yet
    std::string line;
  };

  std::size_t place_of(std::string_view column) const;
  // The numbers of the kept rows: the best first, then as they came.
  std::vector<std::size_t> order_of(const std::map<std::size_t, std::string>& lines) const;
  void keep(const std::vector<std::string_view>& cells, double rate, std::string_view line);

  std::string name_;
  std::string header_;
  std::vector<std::string_view> columns_;
  bool ranked_;
  std::size_t rate_;
  std::size_t tensor_par_;
  std::size_t pipeline_par_;
  std::size_t number_ = 0;
  DistributionMaker rates_{"sample_rate"};
  std::map<std::string, KeptRow> best_of_split_;
  std::vector<KeptRow> best_;                // best first; of equal ones the earlier row
  std::map<std::size_t, std::string> kept_;  // lines of ranked rows by their number
};

// Says that a file is no result of ours.
[[noreturn]] void reject_result(const std::string& name);

}  // namespace calculon
