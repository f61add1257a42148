#include "study/spec/document_forms.h"

#include <algorithm>

namespace calculon {
namespace {

using Names = std::vector<std::string_view>;

bool changes(const Axis& axis, const Names& documents) {
  const std::vector<std::string> paths = axis.paths();
  return std::any_of(paths.begin(), paths.end(), [&](const std::string& path) {
    const InputPath parsed(path);
    return std::find(documents.begin(), documents.end(), parsed.root()) != documents.end();
  });
}

// What a budget buys depends on the documents that decide the price.
Names with_price(const Study& study, Names documents) {
  const bool bought = std::any_of(study.axes().begin(), study.axes().end(), [&](const Axis& axis) {
    return axis.affordable && changes(axis, documents);
  });
  if (bought) {
    const Names more = study.cost().documents();
    documents.insert(documents.end(), more.begin(), more.end());
  }
  return documents;
}

}  // namespace

DocumentForms::DocumentForms(const Study& study, std::vector<std::string_view> documents)
    : form_of_value_{0}, first_value_{0} {
  documents = with_price(study, std::move(documents));
  for (const Axis& axis : study.axes()) {
    if (changes(axis, documents)) {
      axes_.push_back(study.stride(axis.name));
    }
  }
  for (const Axis& axis : study.vary()) {
    const bool own = changes(axis, documents);
    for (std::size_t v = 0; v < axis.values.size(); ++v) {
      if (own) {
        first_value_.push_back(form_of_value_.size());
      }
      form_of_value_.push_back(own ? first_value_.size() - 1 : 0);
    }
  }
}

std::size_t DocumentForms::count() const {
  std::size_t count = first_value_.size();
  for (const Study::Stride& axis : axes_) {
    count *= axis.count;
  }
  return count;
}

std::size_t DocumentForms::form_at(std::size_t point) const {
  std::size_t form = 0;
  for (const Study::Stride& axis : axes_) {
    form = form * axis.count + axis.value(point);
  }
  return form * first_value_.size() + form_of_value_[point % form_of_value_.size()];
}

std::size_t DocumentForms::first_point(std::size_t form) const {
  std::size_t point = first_value_[form % first_value_.size()];
  form /= first_value_.size();
  for (auto axis = axes_.rbegin(); axis != axes_.rend(); ++axis) {
    point += form % axis->count * axis->stride;
    form /= axis->count;
  }
  return point;
}

}  // namespace calculon
