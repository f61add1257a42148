#include "fit/collective_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "base/text.h"
#include "calculon/base/input_error.h"

namespace calculon {
namespace {

constexpr std::string_view kExpected = "expected the output of a test of nccl-tests";

std::vector<std::string_view> words_of(std::string_view line) {
  constexpr std::string_view kBlanks = " \t\r";
  std::vector<std::string_view> words;
  for (auto at = line.find_first_not_of(kBlanks); at != std::string_view::npos;
       at = line.find_first_not_of(kBlanks, at)) {
    const auto end = std::min(line.find_first_of(kBlanks, at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end;
  }
  return words;
}

// Where the columns of the table stand; those of the run out of place come first.
struct Columns {
  std::size_t size = 0;
  std::size_t time = 0;
  std::size_t algorithm_rate = 0;
  std::size_t bus_rate = 0;
};

std::optional<Columns> columns_of(const std::vector<std::string_view>& header) {
  const auto place = [&](std::string_view name) {
    return static_cast<std::size_t>(std::find(header.begin(), header.end(), name) - header.begin());
  };
  const Columns columns = {place("size"), place("time"), place("algbw"), place("busbw")};
  const bool whole = std::max({columns.size, columns.time, columns.algorithm_rate,
                               columns.bus_rate}) < header.size();
  return whole ? std::optional(columns) : std::nullopt;
}

// Hosts are domains where one may hold a domain's processors; larger domains span hosts, and their
// ranks are taken to be neighbours.
RankGroup group_of(const CollectiveTable& table, double domain) {
  constexpr double kMostOfHost = 16;
  const double ranks = static_cast<double>(table.ranks);
  const double hosts = static_cast<double>(table.hosts);
  if (domain > kMostOfHost) {
    return {ranks, ranks > domain, std::min(ranks, domain)};
  }
  return {ranks, hosts > 1 || ranks > domain, std::max(1.0, std::min(ranks / hosts, domain))};
}

class CollectiveReader {
 public:
  explicit CollectiveReader(const std::string& file) : file_(file) {}

  void add(std::string_view line) {
    const auto hash = line.find_first_not_of(" \t");
    if (hash == std::string_view::npos) {
      return;
    }
    if (line[hash] == '#') {
      add_comment(words_of(line.substr(hash + 1)));
    } else {
      add_run(words_of(line));
    }
  }

  CollectiveTable finish() {
    table_.hosts = static_cast<std::int64_t>(hosts_.size());
    if (table_.runs.empty()) {
      throw InputError(fmt::format("{}: has no measured sizes, {}", file_, kExpected));
    }
    if (table_.ranks < 2) {
      throw InputError(fmt::format(
          "{}: has {} lines '# Rank ... on HOST', expected one for each of two ranks or more",
          file_, table_.ranks));
    }
    table_.op = op();
    return std::move(table_);
  }

 private:
  void add_comment(const std::vector<std::string_view>& words) {
    if (words.size() > 1 && words[0] == "Rank") {
      const auto on = std::find(words.begin(), words.end(), "on");
      if (on != words.end() && on + 1 != words.end()) {
        ++table_.ranks;
        hosts_.emplace(*(on + 1));
      }
    } else if (words.size() > 3 && words[0] == "Collective" && words[2] == "starting:") {
      test_ = words[3];
    } else if (const auto columns = columns_of(words)) {
      columns_ = columns;
    }
  }

  // Lines of anything else may stand between the table's.
  void add_run(const std::vector<std::string_view>& words) {
    if (!columns_ || words.size() <= columns_->bus_rate) {
      return;
    }
    const auto bytes = parse_number<double>(words[columns_->size]);
    const auto microseconds = parse_number<double>(words[columns_->time]);
    const auto algorithm_rate = parse_number<double>(words[columns_->algorithm_rate]);
    const auto bus_rate = parse_number<double>(words[columns_->bus_rate]);
    if (!bytes || !microseconds || !algorithm_rate || !bus_rate || !(*bytes > 0) ||
        !(*microseconds > 0) || !std::isfinite(*bytes) || !std::isfinite(*microseconds)) {
      return;
    }
    table_.runs.push_back({*bytes, *microseconds / 1e6});
    if (*algorithm_rate > best_rate_) {
      best_rate_ = *algorithm_rate;
      bus_factor_ = *bus_rate / *algorithm_rate;
    }
  }

  // Which collective it was is said by the rate of the bus over that of the algorithm, and by the
  // name of the test where the output has it.
  GroupOp op() const {
    constexpr double kRounding = 0.02;
    const double ranks = static_cast<double>(table_.ranks);
    const double half = (ranks - 1) / ranks;
    if (test_.empty() || test_ == "all_reduce_perf" || test_ == "all_gather_perf" ||
        test_ == "reduce_scatter_perf") {
      if (std::fabs(bus_factor_ - 2 * half) <= kRounding) {
        return GroupOp::kAllReduce;
      }
      if (std::fabs(bus_factor_ - half) <= kRounding) {
        return GroupOp::kScatterOrGather;
      }
    }
    throw InputError(fmt::format(
        "{}: {}, expected that of all_reduce_perf, all_gather_perf or reduce_scatter_perf", file_,
        test_.empty()
            ? fmt::format("busbw is {:.3g} times algbw on {} ranks", bus_factor_, table_.ranks)
            : "is the output of " + test_));
  }

  const std::string& file_;
  CollectiveTable table_;
  std::set<std::string, std::less<>> hosts_;
  std::string test_;
  std::optional<Columns> columns_;
  double best_rate_ = 0;
  double bus_factor_ = 0;
};

}  // namespace

CollectiveTable parse_collective_table(const std::string& file, std::string_view text) {
  CollectiveReader reader(file);
  for (const std::string_view line : split(text, '\n')) {
    reader.add(line);
  }
  return reader.finish();
}

std::vector<FitRow> collective_rows(const std::string& file, const CollectiveTable& table,
                                    const System& system) {
  const Machine machine = machine_of(system, CalibratedExecution{});
  const RankGroup group = group_of(table, machine.domain);
  if (!group.crosses) {
    throw InputError(fmt::format(
        "{}: its {} ranks stand within the {} processors of networks[0] of {}, expected ranks in "
        "several such domains: constants are of the network between them",
        file, table.ranks, machine.domain, system.name));
  }
  std::vector<FitRow> rows;
  for (const CollectiveTable::Run& run : table.runs) {
    const auto seconds = [machine, group, op = table.op,
                          bytes = run.bytes](const Calibration& constants) {
      Machine with = machine;
      with.constants = constants;
      return collective_seconds(with, op, bytes, group);
    };
    rows.push_back({fmt::format("{} bytes", run.bytes), run.seconds, seconds});
  }
  return rows;
}

}  // namespace calculon
