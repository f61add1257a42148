#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json_reader.h"
#include "study/spec/documents.h"
#include "study/spec/input_path.h"

namespace calculon {

// One change to a point's inputs.
struct Change {
  InputPath path;
  Json value;                    // what is set there
  std::optional<double> factor;  // or what the number found there is multiplied with
};

// Whether it sets a document as a whole, by its name.
bool names_document(const Change& change);

// Makes a change. Names of models, systems and executions are looked up in `documents`. Throws
// InputError.
void apply(const Change& change, const Documents& documents, PointInputs& inputs);

// Loads the document that a change names, if it does.
void load_document(const Change& change, Documents& documents);

// A change as {"path": value} has it.
Change parse_change(std::string_view path, const JsonReader& value);

// One dimension of a study (docs/studies.md, "Axes").
struct Axis {
  struct Value {
    Json label;  // a number, a string or a flag: what the table shows
    std::vector<Change> changes;
  };
  // Sizes that the budget allows: the `last` largest multiples of `step`, set at `path`. The values
  // count them, the largest last.
  struct Affordable {
    InputPath path;
    std::int64_t step;
    std::int64_t last;
  };

  std::string name;
  std::vector<Value> values;
  std::optional<Affordable> affordable;

  // The paths that it sets.
  std::vector<std::string> paths() const;
  // Leaves the values whose label is one of these texts. Throws InputError naming those there are.
  void keep_only(const std::vector<std::string>& labels);
};

// `quick`, if there is one, has what stands for the axis' own values in a quick run.
Axis parse_axis(const JsonReader& axis, const std::optional<JsonReader>& quick);

// A label as it is compared and shown: "80", "true", "GPT3 175B".
std::string label_text(const Json& label);

}  // namespace calculon
