#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "calculon/base/input_error.h"
#include "calculon/hardware/system.h"
#include "calculon/workload/transformer.h"
#include "study/points/canonical.h"
#include "study/points/point_list.h"
#include "study/spec/document_forms.h"
#include "study/spec/search_spec.h"
#include "study/spec/study.h"
#include "study/spec/watch.h"

namespace calculon {

// A document as the model takes it, with the hash of what it means.
template <class Value>
struct KnownDocument {
  Hash128 hash;
  std::shared_ptr<const Value> value;
};

// How a document is read, and hashed by what it means.
template <class Value>
struct DocumentReader {
  Value (*read)(const Json&);
  Hash128 (*hash)(const Json&, const Value&);

  KnownDocument<Value> operator()(const Json& json) const {
    Value value = read(json);
    const Hash128 meaning = hash(json, value);
    return {meaning, std::make_shared<const Value>(std::move(value))};
  }
};

extern const DocumentReader<Transformer> kReadModel;
extern const DocumentReader<System> kReadSystem;
extern const DocumentReader<SearchSpec> kReadSearch;
extern const DocumentReader<PointExecution> kReadExecution;

// Calls `read` with each form that some of the points have, once.
void for_each_form(const DocumentForms& forms, const std::vector<std::size_t>& points, int threads,
                   const Watch& watch, const std::function<void(std::size_t)>& read);

// What is asked of the points of a study.
enum class Wanted { kSizes, kSizesAndIds };

// The forms of one document of a study, each read once.
template <class Value>
class DocumentReadings {
 public:
  DocumentReadings(const Study& study, std::string_view document,
                   const DocumentReader<Value>& reader)
      : study_(study), document_(document), reader_(reader), forms_(study, {document}) {}

  // Those that some of the points have. Only ids want hashes.
  void read_all(const std::vector<std::size_t>& points, Wanted wanted, int threads,
                const Watch& watch) {
    known_.resize(forms_.count());
    for_each_form(forms_, points, threads, watch,
                  [&](std::size_t form) { known_[form] = read_form(form, wanted); });
    if (wanted == Wanted::kSizes) {
      return;
    }
    std::map<Hash128, std::shared_ptr<const Value>> shared;
    for (KnownDocument<Value>& known : known_) {
      if (known.value) {
        known.value = shared.emplace(known.hash, known.value).first->second;
      }
    }
  }

  // Of a point that read_all() was given. Without a value where the document cannot be made or
  // read.
  const KnownDocument<Value>& at(std::size_t point) const { return known_[forms_.form_at(point)]; }

 private:
  KnownDocument<Value> read_form(std::size_t form, Wanted wanted) const {
    try {
      const Json json = study_.document(forms_.first_point(form), document_);
      return wanted == Wanted::kSizes
                 ? KnownDocument<Value>{{}, std::make_shared<const Value>(reader_.read(json))}
                 : reader_(json);
    } catch (const InputError&) {
      return {};
    }
  }

  const Study& study_;
  std::string_view document_;
  const DocumentReader<Value>& reader_;
  DocumentForms forms_;
  std::vector<KnownDocument<Value>> known_;
};

}  // namespace calculon
