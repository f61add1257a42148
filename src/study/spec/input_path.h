#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_reader.h"

namespace calculon {

// What a point of a study evaluates or searches: the objects that its files would hold. Either
// `execution` or `search` is null.
struct PointInputs {
  Json model;
  Json system;
  Json execution;
  Json search;
};

// A place in the inputs: "system.networks.0.bandwidth", "search.num_procs", "model". A '*' stands
// for every member or element: "system.matrix.*.tflops".
class InputPath {
 public:
  // Throws InputError unless it begins with model, system, execution or search.
  explicit InputPath(std::string text);

  const std::string& text() const { return text_; }
  // "model", "system", "execution" or "search".
  std::string_view root() const { return keys_.front(); }
  // Whether it means one of these as a whole.
  bool is_root() const { return keys_.size() == 1; }

  // Calls `visit` with each value at this place. Throws InputError naming the nearest key that
  // there is if there is none. Keys that are optional in a search are made (null) first.
  void visit(PointInputs& inputs, const std::function<void(Json&)>& visit) const;

 private:
  void descend(Json& json, std::size_t depth, const std::function<void(Json&)>& visit) const;

  std::string text_;
  std::vector<std::string> keys_;
};

}  // namespace calculon
