#include "page/cell_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "calculon/base/quantity_text.h"

namespace calculon {
namespace {

// How a column without a format of its own is written.
struct CellFormat {
  std::string_view as;
  int decimals;
};

CellFormat usual_format(const std::string& column) {
  const std::string unit = column_info(column).unit;
  if (unit == "GiB") {
    return {"binary", 0};
  }
  if (unit == "GB/s" || unit == "TFLOP") {
    return {"decimal", 0};
  }
  return unit == "%" ? CellFormat{"percent", 1} : CellFormat{"number", 1};
}

}  // namespace

std::string cell_number(double value, std::string_view as, int decimals) {
  if (as == "percent") {
    return fmt::format("{:.{}f}%", 100 * value, decimals);
  }
  if (as == "number") {
    return fmt::format("{:.{}f}", value, decimals);
  }
  const QuantityKind kind = as == "binary" ? QuantityKind::kBinary : QuantityKind::kPlain;
  std::string text = quantity_text(value, kind, decimals);
  text.erase(std::remove(text.begin(), text.end(), ' '), text.end());
  return text;
}

std::vector<std::string> cell_lines(const PlotRequest& request, std::size_t row,
                                    const std::string& color) {
  const Table& table = request.table();
  const Json fallback = {{{"column", color}}};
  const Json& items = request.has("text") ? request.plot["text"] : fallback;
  std::vector<std::string> lines;
  for (const Json& item : items) {
    const std::string column = item["column"].get<std::string>();
    const CellFormat usual = usual_format(column);
    if (const auto number = table.number(row, column)) {
      const double shown = std::min(*number, item.value("most", *number));
      lines.push_back(cell_number(shown, item.value("as", std::string(usual.as)),
                                  item.value("decimals", usual.decimals)));
    } else {
      lines.push_back(value_label(table.value(row, column)));
    }
  }
  return lines;
}

}  // namespace calculon
