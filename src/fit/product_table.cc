#include "fit/product_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/csv_reader.h"
#include "base/text.h"
#include "calculon/base/input_error.h"
#include "calculon/base/units.h"
#include "calibrated/product.h"

namespace calculon {
namespace {

constexpr std::size_t kNoColumn = static_cast<std::size_t>(-1);
constexpr std::array<std::string_view, 3> kLengths = {"m", "n", "k"};
constexpr std::string_view kSeconds = "seconds";
constexpr std::string_view kTflops = "tflops";
constexpr std::string_view kDatatype = "datatype";

class ProductTable {
 public:
  ProductTable(const std::string& file, const CsvRow& header) : file_(file), header_(header) {
    for (std::size_t i = 0; i < kLengths.size(); ++i) {
      lengths_[i] = place(kLengths[i]);
      if (lengths_[i] == kNoColumn) {
        throw InputError(fmt::format("{}: has no column {}, expected m, n, k and seconds or tflops",
                                     file, kLengths[i]));
      }
    }
    seconds_ = place(kSeconds);
    tflops_ = place(kTflops);
    datatype_ = place(kDatatype);
    if ((seconds_ == kNoColumn) == (tflops_ == kNoColumn)) {
      throw InputError(
          fmt::format("{}: has {} the columns seconds and tflops, expected one of them", file,
                      seconds_ == kNoColumn ? "neither of" : "both of"));
    }
  }

  ProductRun read(const CsvRow& row, Mistakes& mistakes) const {
    if (!row.problem.empty()) {
      throw InputError(fmt::format("{}: row {} {}", file_, row.number, row.problem));
    }
    if (row.cells.size() != header_.cells.size()) {
      throw InputError(fmt::format("{}: row {} has {} cells, expected {}", file_, row.number,
                                   row.cells.size(), header_.cells.size()));
    }
    ProductRun run;
    run.row = row.number;
    mistakes.attempt([&] { run.m = length(row, 0); });
    mistakes.attempt([&] { run.n = length(row, 1); });
    mistakes.attempt([&] { run.k = length(row, 2); });
    if (datatype_ != kNoColumn && !row.cells[datatype_].empty()) {
      mistakes.attempt([&] { run.datatype = datatype(row); });
    }
    mistakes.attempt([&] {
      run.seconds = seconds_ != kNoColumn
                        ? number(row, seconds_)
                        : 2 * run.m * run.n * run.k / (number(row, tflops_) * kTera);
    });
    return run;
  }

 private:
  std::size_t place(std::string_view name) const {
    const auto& cells = header_.cells;
    const auto at = std::find_if(cells.begin(), cells.end(), [&](const std::string& cell) {
      return trimmed(cell, " ") == name;
    });
    return at == cells.end() ? kNoColumn : static_cast<std::size_t>(at - cells.begin());
  }

  [[noreturn]] void reject(const CsvRow& row, std::size_t column, std::string_view expected) const {
    throw InputError(fmt::format("{}: row {}: {} is '{}', expected {}", file_, row.number,
                                 header_.cells[column], row.cells[column], expected));
  }

  double number(const CsvRow& row, std::size_t column) const {
    constexpr double kMost = 1e18;
    const auto value = parse_number<double>(trimmed(row.cells[column], " "));
    if (!value || !(*value > 0) || !(*value < kMost)) {
      reject(row, column, "a number above 0");
    }
    return *value;
  }

  double length(const CsvRow& row, std::size_t which) const {
    constexpr double kMost = 1e9;
    const double value = number(row, lengths_[which]);
    if (value != std::floor(value) || value > kMost) {
      reject(row, lengths_[which], "an integer from 1 to 1000000000");
    }
    return value;
  }

  Datatype datatype(const CsvRow& row) const {
    const auto value = enum_from_name<Datatype>(trimmed(row.cells[datatype_], " "));
    if (!value || *value == Datatype::kFloat32) {
      reject(row, datatype_, "float16, bfloat16, float8 or float4");
    }
    return *value;
  }

  const std::string& file_;
  const CsvRow header_;
  std::array<std::size_t, kLengths.size()> lengths_{};
  std::size_t seconds_ = kNoColumn;
  std::size_t tflops_ = kNoColumn;
  std::size_t datatype_ = kNoColumn;
};

}  // namespace

std::vector<ProductRun> parse_product_table(const std::string& file, std::string_view text,
                                            Mistakes& mistakes) {
  CsvReader reader(text);
  CsvRow row;
  if (!reader.next(row)) {
    throw InputError(fmt::format("{}: is empty, expected a table of matrix products", file));
  }
  const ProductTable table(file, row);
  std::vector<ProductRun> runs;
  bool has_rows = false;
  while (reader.next(row)) {
    if (!row.is_blank()) {
      has_rows = true;
      mistakes.attempt([&] { runs.push_back(table.read(row, mistakes)); });
    }
  }
  if (!has_rows) {
    throw InputError(fmt::format("{}: has no rows of matrix products", file));
  }
  return runs;
}

std::vector<FitRow> product_rows(const std::vector<ProductRun>& runs, const System& system) {
  std::vector<FitRow> rows;
  for (const ProductRun& run : runs) {
    CalibratedExecution execution;
    execution.gemm_datatype = run.datatype;
    if (!execution.low_precision()) {
      execution.datatype = run.datatype;
    }
    const Machine machine = machine_of(system, execution);
    const auto seconds = [machine, run](const Calibration& constants) {
      Machine with = machine;
      with.constants = constants;
      return block_law(with, run.datatype).seconds(run.m, run.n, run.k);
    };
    rows.push_back({fmt::format("row {}", run.row), run.seconds, seconds});
  }
  return rows;
}

}  // namespace calculon
