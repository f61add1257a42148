#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/json_reader.h"
#include "calculon/base/mistakes.h"
#include "study/spec/axis.h"
#include "study/spec/cost.h"
#include "study/spec/documents.h"
#include "study/spec/input_path.h"
#include "study/spec/measured_point.h"
#include "study/spec/study_choices.h"
#include "study/spec/watch.h"

namespace calculon {

// One point of a study.
struct Point {
  std::vector<Json> labels;  // in the order of Study::column_names(); null: not varied here
  PointInputs inputs;
  std::optional<double> price;  // of a processor
  std::optional<std::int64_t> max_procs;
  std::optional<TakenRun> run;  // in a study of measured runs
};

// A study file (docs/studies.md): the same evaluation or search at every point of some axes. The
// points are the product of `axes`, the last one fastest; at each of them stand, if there are any,
// first the base and then the values of each axis of `vary` alone.
class Study {
 public:
  // Loads what the file names into `documents`, which has to outlive the study. Every value of
  // every axis is tried once. Throws InputError. Where all mistakes are kept, what has one is left
  // out, and the study has to be let go if there are any.
  Study(const JsonReader& file, const StudyChoices& choices, Documents& documents,
        const Watch& watch = no_watch(), Mistakes& mistakes = first_mistake());
  Study(const Study&) = delete;
  Study& operator=(const Study&) = delete;

  std::size_t size() const;
  // May be called from many threads. Throws InputError if this combination makes no sense.
  Point point(std::size_t index) const;
  // One of its documents alone, "model" for one; the same that point() gives, without the others.
  Json document(std::size_t index, std::string_view name) const;
  // Its labels alone.
  std::vector<Json> labels(std::size_t index) const;

  // How messages name its file.
  const std::string& file() const { return file_; }
  const std::string& title() const { return title_; }
  const std::string& notes() const { return notes_; }
  bool searches() const { return !base_.search.is_null(); }
  // Whether its points are measured runs, beside what a methodology says of them.
  bool is_measured() const { return is_measured_; }
  // Whether some of its points are of the calibrated model, or might be.
  bool may_be_calibrated() const;
  const std::vector<Axis>& axes() const { return axes_; }
  const std::vector<Axis>& vary() const { return vary_; }
  const Cost& cost() const { return cost_; }
  // Names of `axes`, then of `vary`.
  std::vector<std::string> column_names() const;
  // Which axis of `vary` has left its base value at a point; -1: none.
  int varied(std::size_t index) const;

  // How the points along one of `axes` lie: that with value v in place of the one that `index` has.
  struct Stride {
    std::size_t stride;
    std::size_t count;
    std::size_t value(std::size_t index) const { return index / stride % count; }
    std::size_t at(std::size_t index, std::size_t v) const {
      return index - value(index) * stride + v * stride;
    }
  };
  // Throws InputError naming the axes if there is none of this name.
  Stride stride(const std::string& axis) const;
  // Throws InputError, with the place of `name`, unless it names one of `axes`.
  void require_axis(const JsonReader& name) const;
  const Axis& axis(const std::string& name) const;

  const Json& derive() const { return derive_; }
  const std::vector<std::string>& columns() const { return columns_; }
  const Json& plots() const { return plots_; }

  // The paths at which something was left out; "model" for one if that is not known as a whole.
  const std::set<std::string>& left_out() const { return left_out_; }

 private:
  // Which value each axis has at a point.
  struct AxisChoice {
    std::vector<std::size_t> axes;  // value of each
    int varied = -1;
    std::size_t vary_value = 0;
  };
  std::size_t num_variants() const;
  // In an error it is at `place`.
  std::size_t axis_number(const std::string& name, const std::string& place) const;
  AxisChoice choice(std::size_t index) const;
  Point resolve(const AxisChoice& choice) const;
  // Calls `visit` with each change that leads from the base to a point, in their order.
  template <class Visit>
  void for_each_change(const AxisChoice& choice, const Visit& visit) const;
  void set_run_tokens(const Json& tokens);
  void parse_inputs(const JsonReader& file, Documents& documents, Mistakes& mistakes);
  void parse_asked(const JsonReader& file, Documents& documents);
  void take_choices(const StudyChoices& choices, Documents& documents);
  void apply_to_base(const JsonReader& set, Documents& documents, Mistakes& mistakes);
  void parse_axes(const JsonReader& file, const StudyChoices& choices, Documents& documents,
                  Mistakes& mistakes);
  std::vector<Axis> parse_axis_list(const JsonReader& file, std::string_view key, bool quick,
                                    Documents& documents, Mistakes& mistakes);
  Axis left_out_axis(const JsonReader& axis);
  void keep_only(const StudyChoices& choices);
  void parse_columns(const JsonReader& file, Mistakes& mistakes);

  // study_checks.cc
  void load_documents(Documents& documents, Mistakes& mistakes);
  void check_names(Mistakes& mistakes) const;
  void check_paths(Mistakes& mistakes) const;
  void check_path(const Axis& axis, const std::string& path,
                  const std::map<std::string, std::string>& axis_of) const;
  void check_root(const InputPath& path) const;
  void try_every_value(const Watch& watch) const;
  template <class Axes, class Visit>
  static void for_each_value_alone(Axes& axes, Axes& vary, const Visit& visit);
  void try_last() const;
  void find_bad_values(Mistakes& mistakes);
  void find_bad_first_values(Mistakes& mistakes, std::set<std::string>& told);
  void leave_out(Axis::Value& value);
  void leave_out_dependents();
  bool is_left_out(const InputPath& path) const;
  void set_affordable(const Axis& axis, std::size_t value, Json& label, Point& point) const;

  std::string file_;
  std::string title_;
  std::string notes_;
  bool is_measured_ = false;
  PointInputs base_;
  std::vector<Axis> axes_;
  std::vector<Axis> vary_;
  std::vector<Change> last_;  // after all axes
  Cost cost_;
  Json derive_;
  std::vector<std::string> columns_;
  Json plots_;
  std::set<std::string> left_out_;
  const Documents& documents_;
};

}  // namespace calculon
