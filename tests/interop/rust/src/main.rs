//! The client schema_registry_converter: interop URL. It neither deletes nor configures anything.

use std::error::Error;

use apache_avro::Schema;
use apache_avro::types::Value;
use schema_registry_converter::blocking::avro::{AvroDecoder, AvroEncoder};
use schema_registry_converter::blocking::schema_registry::{
    SrSettings, get_all_subjects, get_all_versions, get_referenced_schema, get_schema_by_guid, get_schema_by_id,
    get_schema_by_subject, is_compatible_schema, perform_sr_call, post_schema,
};
use schema_registry_converter::error::SRCError;
use schema_registry_converter::schema_registry_common::{
    RawError, SchemaType, SrCall, SubjectNameStrategy, SuppliedReference, SuppliedSchema,
};

const V1: &str = r#"{"type":"record","name":"User","namespace":"interop","fields":[{"name":"name","type":"string"}]}"#;
const V2: &str = concat!(
    r#"{"type":"record","name":"User","namespace":"interop","fields":[{"name":"name","type":"string"},"#,
    r#"{"name":"age","type":"int","default":7}]}"#
);
const BROKEN: &str = r#"{"type":"record","name":"User","namespace":"interop","fields":[{"name":"name","type":"int"}]}"#;
const ADDRESS: &str =
    r#"{"type":"record","name":"Address","namespace":"interop","fields":[{"name":"city","type":"string"}]}"#;
const ORDER: &str =
    r#"{"type":"record","name":"Order","namespace":"interop","fields":[{"name":"to","type":"Address"}]}"#;
const SUBJECT: &str = "people-value";

fn supplied(text: &str) -> SuppliedSchema {
    SuppliedSchema::new(None, SchemaType::Avro, text.to_string())
}

/// The subject of the topic's values, without a schema: the newest one counts.
fn topic(name: &str) -> SubjectNameStrategy {
    SubjectNameStrategy::TopicNameStrategy(name.to_string(), false)
}

/// What is posted to look a schema up; nothing in the schemas but their quotes needs an escape.
fn body(text: &str) -> String {
    format!(r#"{{"schema":"{}"}}"#, text.replace('"', "\\\""))
}

#[track_caller]
fn refused<T: std::fmt::Debug>(code: u32, result: Result<T, SRCError>) {
    let error = result.expect_err("the registry should refuse this");
    let raw = error.source().and_then(|source| source.downcast_ref::<RawError>());
    assert_eq!(raw.map(|raw| raw.error_code), Some(code), "{error}");
    assert!(error.to_string().contains(&format!("status {}", code / 100)), "{error}");
}

fn registration(registry: &SrSettings) {
    assert_eq!(get_all_subjects(registry), Ok(vec![]));
    let post = |subject: &str, text| post_schema(registry, subject.to_string(), supplied(text));
    let first = post(SUBJECT, V1).unwrap();
    assert_eq!(first.id, 1);
    let again = post(SUBJECT, V1).unwrap();
    assert_eq!((again.id, again.guid.clone()), (1, first.guid));
    assert!(again.guid.is_some());
    assert_eq!(post("users/ü", V1).unwrap().id, 1);
    assert_eq!(post(SUBJECT, V2).unwrap().id, 2);
    refused(40901, post(SUBJECT, BROKEN));
    refused(42201, post(SUBJECT, r#"{"type":"nothing"}"#));

    let found = perform_sr_call(registry, SrCall::PostForVersion(SUBJECT, &body(V1))).unwrap();
    assert_eq!(
        (found.id, found.version, found.schema.as_deref()),
        (Some(1), Some(1), Some(V1))
    );
    refused(
        40403,
        perform_sr_call(registry, SrCall::PostForVersion(SUBJECT, &body(ADDRESS))),
    );
    refused(
        40401,
        perform_sr_call(registry, SrCall::PostForVersion("nobody", &body(V1))),
    );
}

fn reading(registry: &SrSettings) {
    let second = get_schema_by_id(2, registry).unwrap();
    assert_eq!(
        (second.id, second.schema.as_str(), second.schema_type),
        (2, V2, SchemaType::Avro)
    );
    assert_eq!((second.subject.as_deref(), second.version), (Some(SUBJECT), Some(2)));
    assert_eq!(get_schema_by_guid(&second.guid.unwrap(), registry).unwrap().schema, V2);
    let latest = get_schema_by_subject(registry, &topic("people")).unwrap();
    assert_eq!((latest.id, latest.version, latest.schema.as_str()), (2, Some(2), V2));
    let first = perform_sr_call(registry, SrCall::GetBySubjectAndVersion(SUBJECT, 1)).unwrap();
    assert_eq!(
        (first.id, first.version, first.schema.as_deref()),
        (Some(1), Some(1), Some(V1))
    );
    assert_eq!(get_all_subjects(registry).unwrap(), [SUBJECT, "users/ü"]);
    assert_eq!(get_all_versions(registry, SUBJECT.to_string()).unwrap(), [1, 2]);

    refused(40403, get_schema_by_id(9999, registry));
    refused(40401, get_schema_by_subject(registry, &topic("nobody")));
    refused(40401, get_all_versions(registry, "nobody".to_string()));
    refused(
        40402,
        perform_sr_call(registry, SrCall::GetBySubjectAndVersion(SUBJECT, 99)),
    );
}

fn compatibility(registry: &SrSettings) {
    let test = |text| is_compatible_schema(registry, SUBJECT.to_string(), supplied(text));
    assert_eq!(test(V2), Ok(true));
    assert_eq!(test(BROKEN), Ok(false));
}

fn references(registry: &SrSettings) {
    let address = SuppliedReference::new(
        "interop.Address".to_string(),
        "address".to_string(),
        ADDRESS.to_string(),
    );
    let order = supplied(ORDER).with_references(vec![address]);
    let posted = post_schema(registry, "orders-value".to_string(), order).unwrap();
    let stored = get_schema_by_id(posted.id, registry).unwrap();
    assert_eq!((posted.id, stored.schema.as_str()), (4, ORDER));
    let reference = &stored.references[0];
    assert_eq!(
        (
            stored.references.len(),
            reference.name.as_str(),
            reference.subject.as_str(),
            reference.version
        ),
        (1, "interop.Address", "address", 1)
    );
    assert_eq!(get_referenced_schema(registry, reference).unwrap().schema, ADDRESS);

    let to = Value::Record(vec![("city".to_string(), Value::String("Ulm".to_string()))]);
    let data = AvroEncoder::new(registry.clone())
        .encode(vec![("to", to.clone())], &topic("orders"))
        .unwrap();
    assert_eq!(data, b"\0\0\0\0\x04\x06Ulm");
    let decoded = AvroDecoder::new(registry.clone()).decode(Some(&data)).unwrap();
    assert_eq!(decoded.value, Value::Record(vec![("to".to_string(), to)]));
}

fn user(name: &str, age: Option<i32>) -> Value {
    let mut fields = vec![("name".to_string(), Value::String(name.to_string()))];
    fields.extend(age.map(|age| ("age".to_string(), Value::Int(age))));
    Value::Record(fields)
}

fn messages(registry: &SrSettings) {
    let old_writer = SubjectNameStrategy::TopicNameStrategyWithSchema("people".to_string(), false, supplied(V1));
    // An encoder remembers the schema of a subject, so each writer has one of its own.
    let encoder = || AvroEncoder::new(registry.clone());
    let name = |text: &str| ("name", Value::String(text.to_string()));
    let old = encoder().encode(vec![name("Ann")], &old_writer).unwrap();
    assert_eq!(old, b"\0\0\0\0\x01\x06Ann");
    let new = encoder()
        .encode(vec![name("Bob"), ("age", Value::Int(41))], &topic("people"))
        .unwrap();
    assert_eq!(new, b"\0\0\0\0\x02\x06Bob\x52");
    refused(40401, encoder().encode(vec![name("Cy")], &topic("nobody")));

    let decoder = AvroDecoder::new(registry.clone());
    let decoded = decoder.decode_with_schema(Some(&old)).unwrap().unwrap();
    assert_eq!((decoded.value.clone(), decoded.schema.id), (user("Ann", None), 1));
    let reader = Schema::parse_str(&get_schema_by_subject(registry, &topic("people")).unwrap().schema).unwrap();
    assert_eq!(decoded.value.resolve(&reader).unwrap(), user("Ann", Some(7)));
    assert_eq!(decoder.decode(Some(&new)).unwrap().value, user("Bob", Some(41)));
    refused(40403, decoder.decode(Some(b"\0\0\0\x27\x0f\x06Ann")));
}

/// The id beside the data, in a header of the record: the GUID of the schema.
fn header(registry: &SrSettings) {
    let fields = vec![("name", Value::String("Bob".to_string())), ("age", Value::Int(41))];
    let encoder = AvroEncoder::new(registry.clone());
    let (data, header) = encoder.encode_with_header_id(fields, &topic("people"), false).unwrap();
    assert_eq!(
        (data.as_slice(), header.name, header.value.len()),
        (&b"\x06Bob\x52"[..], "__value_schema_id", 17)
    );
    let decoded = AvroDecoder::new(registry.clone())
        .decode_with_header_id(Some(&header.value), Some(&data))
        .unwrap();
    assert_eq!(decoded.value, user("Bob", Some(41)));
}

fn main() {
    let registry = SrSettings::new(std::env::args().nth(1).expect("the address of the registry"));
    registration(&registry);
    reading(&registry);
    compatibility(&registry);
    references(&registry);
    messages(&registry);
    header(&registry);
}
