#include "measured/measured_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>
#include <variant>

#include "base/csv_reader.h"
#include "calculon/base/files.h"
#include "calculon/base/input_error.h"
#include "calculon/base/parallel.h"
#include "measured/row_reader.h"

namespace calculon {
namespace {

// Far more than anybody has measured; what the rows of a table may take of the memory.
constexpr std::int64_t kMostRuns = 250'000;
constexpr std::size_t kRowsAtOnce = 4096;

using ReadRow = std::variant<MeasuredRun, RejectedRow>;

// Puts rows into a table, the first of an id only.
class TableFiller {
 public:
  explicit TableFiller(MeasuredTable& table) : table_(table) {}

  void add(ReadRow row) {
    if (++table_.rows > kMostRuns) {
      throw InputError(fmt::format("{}: has more than {} rows", table_.name, kMostRuns));
    }
    if (auto* rejected = std::get_if<RejectedRow>(&row)) {
      table_.rejected.push_back(std::move(*rejected));
      return;
    }
    auto& run = std::get<MeasuredRun>(row);
    const auto [first, is_new] = rows_.try_emplace(run.id, run.row);
    if (is_new) {
      table_.runs.push_back(std::move(run));
      return;
    }
    table_.rejected.push_back({run.row, run.id, "KC2",
                               fmt::format("row {}: id is that of row {}, expected another one "
                                           "(rule KC2)",
                                           run.row, first->second)});
  }

 private:
  MeasuredTable& table_;
  std::unordered_map<std::string, std::int64_t> rows_;  // by id
};

// The next rows that have something in them.
std::vector<CsvRow> take_rows(CsvReader& csv) {
  std::vector<CsvRow> rows;
  CsvRow row;
  while (rows.size() < kRowsAtOnce && csv.next(row)) {
    if (!row.is_blank()) {
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

}  // namespace

bool MeasuredTable::has_flags() const {
  return std::any_of(runs.begin(), runs.end(),
                     [](const MeasuredRun& run) { return !run.flag.empty(); });
}

MeasuredTable parse_measured_table(const std::string& name, std::string_view text, int threads) {
  MeasuredTable table;
  table.name = name;
  CsvReader csv(text);
  CsvRow header;
  if (!csv.next(header)) {
    throw InputError(fmt::format("{}: is empty, expected a measured table", name));
  }
  const RowReader reader(name, header);
  TableFiller filler(table);
  for (auto rows = take_rows(csv); !rows.empty(); rows = take_rows(csv)) {
    std::vector<std::optional<ReadRow>> read(rows.size());
    parallel_for(rows.size(), threads, [&](std::size_t i) { read[i] = reader.read(rows[i]); });
    for (auto& row : read) {
      filler.add(*std::move(row));
    }
  }
  if (table.rows == 0) {
    throw InputError(fmt::format("{}: has no row behind its header", name));
  }
  return table;
}

MeasuredTable read_measured_table(const std::string& path, int threads) {
  static constexpr std::array<std::string_view, 1> kCsv = {".csv"};
  require_extension(path, kCsv);
  const std::string text = read_text_file(path);
  return parse_measured_table(path, text, threads);
}

}  // namespace calculon
