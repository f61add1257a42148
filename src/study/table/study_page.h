#pragma once

#include <string>

#include "page/page_content.h"
#include "study/table/study_table.h"

namespace calculon {

// The pictures of a study as one HTML page. Of a large study it holds the rows that its plots show.
class StudyPage {
 public:
  StudyPage(const LoadedStudy& loaded, const StudyTable& table);

  // Takes the rows of the table one by one.
  void add(const Table& rows, std::size_t row);
  std::string html() const;

 private:
  PageContent content_;
  bool large_;
  std::vector<std::string> columns_;  // that a row of a large study keeps
};

std::string study_page(const LoadedStudy& loaded, const StudyTable& table);

}  // namespace calculon
