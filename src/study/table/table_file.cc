#include "study/table/table_file.h"

#include "base/json_text.h"
#include "text/csv.h"
#include "text/table_json.h"

namespace calculon {
namespace {

// The summary of a point is an object in a table of JSON.
Json json_cell(const Table& rows, std::size_t row, const std::string& column) {
  const Distribution* summary = column == "summary" ? rows.summary(row) : nullptr;
  return summary ? summary_json(*summary) : Json(rows.value(row, column));
}

}  // namespace

TableFile::TableFile(const std::string& path, std::vector<std::string> columns)
    : file_(path), is_json_(has_extension(path, ".json")), columns_(std::move(columns)) {
  if (is_json_) {
    file_.write("[");
    return;
  }
  std::string header;
  CsvWriter csv(header);
  for (const std::string& column : columns_) {
    csv.cell(column);
  }
  csv.end_line();
  file_.write(header);
}

void TableFile::add(const Table& rows, std::size_t row) {
  if (is_json_) {
    Json shown = Json::object();
    for (const std::string& column : columns_) {
      shown[column] = json_cell(rows, row, column);
    }
    file_.write((first_ ? "\n" : ",\n") + json_text(shown));
  } else {
    std::string line;
    CsvWriter csv(line);
    for (const std::string& column : columns_) {
      csv.cell(plain_text(rows.value(row, column)));  // numbers as a table of JSON has them
    }
    csv.end_line();
    file_.write(line);
  }
  first_ = false;
}

void TableFile::finish() {
  if (is_json_) {
    file_.write("\n]\n");
  }
  file_.commit();
}

void write_table(const StudyTable& table, const std::string& path) {
  TableFile file(path, table.columns());
  table.for_each_row([&](const Table& rows, std::size_t row) { file.add(rows, row); });
  file.finish();
}

}  // namespace calculon
