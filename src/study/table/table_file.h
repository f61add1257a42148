#pragma once

#include <string>
#include <vector>

#include "calculon/base/files.h"
#include "study/table/study_table.h"

namespace calculon {

// The file of a table: CSV with a header, or a JSON array, as the extension of its path says.
class TableFile {
 public:
  TableFile(const std::string& path, std::vector<std::string> columns);

  void add(const Table& rows, std::size_t row);
  // The file is there only now.
  void finish();

 private:
  OutputFile file_;
  bool is_json_;
  std::vector<std::string> columns_;
  bool first_ = true;
};

// Writes all rows of a study.
void write_table(const StudyTable& table, const std::string& path);

}  // namespace calculon
