#pragma once

#include <string_view>
#include <vector>

#include "study/spec/study.h"

namespace calculon {

// The forms that some documents of the inputs take over all points of a study. There are as many as
// the axes that change these documents have combinations, which can be far fewer than points: each
// is to be read but once.
class DocumentForms {
 public:
  // `documents` are names, "system" for one; forms are of all of them together.
  DocumentForms(const Study& study, std::vector<std::string_view> documents);

  std::size_t count() const;
  // Which form the documents have at a point.
  std::size_t form_at(std::size_t point) const;
  // The first of the points with a form.
  std::size_t first_point(std::size_t form) const;

 private:
  std::vector<Study::Stride> axes_;         // that change the documents
  std::vector<std::size_t> form_of_value_;  // by value of `vary`, the base first
  std::vector<std::size_t> first_value_;    // and back
};

}  // namespace calculon
