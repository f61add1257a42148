#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_reader.h"

namespace calculon {

// What a point of a study evaluates or searches: the objects that its files would hold. Either
// `execution` or `search` is null. A study of measured runs sets the last two, from which the
// others are made (measured_point.h).
struct PointInputs {
  Json model;
  Json system;
  Json execution;
  Json search;
  Json measured;     // the row of a run
  Json methodology;  // its name

  // By its name, "model" for one, which has to be that of a member.
  Json& document(std::string_view name);
  const Json& document(std::string_view name) const;
};

// A place in the inputs: "system.networks.0.bandwidth", "search.num_procs", "model". A '*' stands
// for every member or element: "system.matrix.*.tflops".
class InputPath {
 public:
  // Throws InputError unless it begins with the name of one of the inputs.
  explicit InputPath(std::string text);

  const std::string& text() const { return text_; }
  // The input's name, "model" for one.
  std::string_view root() const { return keys_.front(); }
  // Whether it means one of these as a whole.
  bool is_root() const { return keys_.size() == 1; }

  // Calls `visit` with each value at this place. Throws InputError naming the nearest key that
  // there is if there is none. Keys that are optional in a search or in a calibrated execution
  // are made (null) first.
  void visit(PointInputs& inputs, const std::function<void(Json&)>& visit) const;
  // The same for those who only look: such keys are null.
  void visit(const PointInputs& inputs, const std::function<void(const Json&)>& visit) const;

 private:
  // Whether it is a key that such a document may have and this one has not.
  bool lacks_optional(const Json& document) const;
  void require_document(const Json& document) const;
  template <class AnyJson>
  void descend(AnyJson& json, std::size_t depth, const std::function<void(AnyJson&)>& visit) const;
  std::size_t position_in(const Json& array, const std::string& key) const;
  [[noreturn]] void reject_key(const Json& json, std::size_t depth) const;

  std::string text_;
  std::vector<std::string> keys_;
};

// The path that a file has there. Throws InputError, with the place.
InputPath to_input_path(const JsonReader& path);

}  // namespace calculon
