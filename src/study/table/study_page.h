#pragma once

#include <string>
#include <vector>

#include "page/page.h"
#include "page/page_content.h"
#include "study/table/study_table.h"

namespace calculon {

// The pictures of a study as one HTML page. Of a large study it holds the rows that its plots show.
class StudyPage {
 public:
  // `inputs_date` is the day from which the inputs are, "" if it is not known.
  StudyPage(const LoadedStudy& loaded, const StudyTable& table, const std::string& inputs_date);

  // Takes the rows of the table one by one.
  void add(const Table& rows, std::size_t row);
  // The same as study_page().
  void add_scatter_of(const std::string& columns);
  DrawnPage draw();

 private:
  PageContent content_;
  bool large_;
  std::vector<std::string> columns_;  // that a row of a large study keeps
  PageInputs inputs_;
  RowInputs row_inputs_;
};

// `scatter` is "X,Y", for a scatter of these columns, or empty. Throws InputError if there are no
// such columns, and for a scatter of a large study.
std::string study_page(const LoadedStudy& loaded, const StudyTable& table,
                       const std::string& inputs_date, const std::string& scatter = "");

}  // namespace calculon
