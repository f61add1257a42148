#include "support/json_page.h"

#include "text/table_json.h"

namespace calculon::test {

Table table_of(const Json& rows) {
  Table table;
  for (const Json& row : rows) {
    table.add_row();
    for (const auto& item : row.items()) {
      if (item.key() == "summary") {
        table.set_summary(distribution_of(item.value()));
      } else {
        table.set(item.key(), cell_of(item.value()));
      }
    }
  }
  return table;
}

Json row_json(const Table& table, std::size_t row) {
  Json json = Json::object();
  for (const std::string& column : table.all_columns()) {
    json[column] = Json(table.value(row, column));
  }
  if (const Distribution* summary = table.summary(row)) {
    json["summary"] = summary_json(*summary);
  }
  return json;
}

JsonPage::operator PageContent() const {
  PageContent content;
  content.title = title;
  content.notes = notes;
  content.rows = table_of(rows);
  for (const Json& axis : axes) {
    content.axes.push_back(axis["name"].get<std::string>());
  }
  content.varied = varied;
  content.plots = plots;
  content.inputs = inputs;
  return content;
}

}  // namespace calculon::test
