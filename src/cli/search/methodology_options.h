#pragma once

#include <exception>
#include <optional>
#include <string>

#include "calculon/base/input_error.h"
#include "calculon/calibrated/calibrated_execution.h"
#include "cli/model_argument.h"
#include "cli/search/calibrated_search.h"
#include "cli/search/search_arguments.h"

namespace calculon {

// An option of one methodology, given to a search of the other.
class OtherMethodology : public InputError {
 public:
  using InputError::InputError;
};

// What a command's options mean to one methodology, or why they mean nothing to it. Which one
// answers is known only when the system has been read, but what is wrong for both is told before.
template <class Options>
class MethodologyOptions {
 public:
  // `read()` returns Options or throws InputError.
  template <class Read>
  explicit MethodologyOptions(const Read& read) {
    try {
      options_ = read();
    } catch (const OtherMethodology&) {
      error_ = std::current_exception();
      other_ = true;
    } catch (const InputError&) {
      error_ = std::current_exception();
    }
  }

  // Throws the error, if there is one.
  const Options& get() const {
    if (error_) {
      std::rethrow_exception(error_);
    }
    return *options_;
  }
  bool wrong() const { return error_ != nullptr; }
  bool of_the_other() const { return other_; }

 private:
  std::optional<Options> options_;
  std::exception_ptr error_;
  bool other_ = false;
};

// Throws what is wrong whichever methodology will answer; `name` is the one that is asked for, or
// empty.
template <class Published, class Calibrated>
void check_options(const MethodologyOptions<Published>& published,
                   const MethodologyOptions<Calibrated>& calibrated, const std::string& name) {
  if (name == kCalibratedName || (calibrated.wrong() && published.of_the_other())) {
    calibrated.get();
  } else if (!name.empty() || calibrated.wrong()) {
    published.get();
  }
}

// Reads the files of a search and lets the methodology answer that is asked for or that the system
// suggests: `run_published(options, model, system)` or the other one. Throws InputError.
template <class Published, class Calibrated, class RunPublished, class RunCalibrated>
int answer_by_methodology(const SearchArguments& arguments,
                          const MethodologyOptions<Published>& published,
                          const MethodologyOptions<Calibrated>& calibrated, Console& console,
                          const RunPublished& run_published, const RunCalibrated& run_calibrated) {
  check_options(published, calibrated, asked_methodology(arguments));
  move_log_off_output(arguments, console);
  const Transformer model = read_model(arguments.application, arguments.model, console).transformer;
  const System system = read_system(arguments.system);
  return searches_calibrated(arguments, system) ? run_calibrated(calibrated.get(), model, system)
                                                : run_published(published.get(), model, system);
}

}  // namespace calculon
