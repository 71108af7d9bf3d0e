-- The tables of the first version.
--
-- The same tables must work distributed over many PostgreSQL nodes: ids are
-- made by us and never by a sequence, times are bigint microseconds since 1970
-- UTC (0: never), and everything that belongs to a contact carries
-- (project_id, contact_id) at the head of its key and refers to no other table.
-- Tables of small rows are kept in their key's tree (without rowid); rows with
-- a blob or text of some length are not, so that the tree stays flat.

-- +goose Up

-- One row that grows with every write of a project or survey.
create table config (
    id       bigint not null primary key,
    revision bigint not null
) without rowid;
insert into config (id, revision) values (1, 0);

create table organization (
    organization_id blob   not null primary key,
    name            text   not null,
    created_at      bigint not null
) without rowid;

create table member (
    member_id       blob   not null primary key,
    organization_id blob   not null,
    email           text   not null unique,
    role            text   not null,
    password_hash   text   not null,
    created_at      bigint not null
) without rowid;

create table project (
    project_id      blob   not null primary key,
    organization_id blob   not null,
    name            text   not null,
    secret          text   not null,
    settings        text   not null, -- JSON
    revision        bigint not null,
    created_at      bigint not null
) without rowid;

create table project_key (
    project_id blob   not null,
    key_id     blob   not null,
    name       text   not null,
    hash       blob   not null unique,
    created_at bigint not null,
    primary key (project_id, key_id)
) without rowid;

create table survey (
    project_id   blob   not null,
    survey_id    blob   not null,
    key          text   not null,
    code         text   not null, -- '' : has no page
    name         text   not null,
    status       text   not null,
    draft        text   not null, -- JSON
    version      bigint not null, -- of the publication; 0: never published
    published_at bigint not null,
    first_at     bigint not null,
    published    text   not null, -- JSON
    created_at   bigint not null,
    updated_at   bigint not null,
    primary key (project_id, survey_id)
);
create unique index survey_key on survey (project_id, key);
create unique index survey_code on survey (code) where code <> '';

create table survey_version (
    project_id blob   not null,
    survey_id  blob   not null,
    version    bigint not null,
    at         bigint not null,
    made_by    text   not null,
    definition text   not null, -- JSON
    primary key (project_id, survey_id, version)
);

create table trait (
    project_id blob   not null,
    owner      text   not null,
    name       text   not null,
    type       text   not null,
    first_seen bigint not null,
    primary key (project_id, owner, name)
) without rowid;

create table account (
    project_id blob   not null,
    account_id blob   not null,
    data       blob   not null, -- contact.Account.AppendTo
    last_seen  bigint not null,
    primary key (project_id, account_id)
);

create table contact (
    project_id blob   not null,
    contact_id blob   not null,
    profile    blob   not null, -- contact.Profile.AppendTo
    user_id    text   not null, -- this and the rest repeat the profile, for listing
    email      text   not null,
    first_seen bigint not null,
    last_seen  bigint not null,
    primary key (project_id, contact_id)
);

-- An identifier that stands for one contact has an empty sharer, so the key
-- itself keeps it from standing for two. An e-mail address, which contacts may
-- share, has a row per contact with sharer = contact_id.
create table identity (
    project_id blob not null,
    kind       text not null,
    value      text not null,
    sharer     blob not null,
    contact_id blob not null,
    primary key (project_id, kind, value, sharer)
) without rowid;
create index identity_contact on identity (project_id, contact_id);

create table operation (
    project_id   blob   not null,
    contact_id   blob   not null,
    operation_id blob   not null,
    digest       blob   not null,
    at           bigint not null,
    primary key (project_id, contact_id, operation_id)
) without rowid;

create table event (
    project_id blob   not null,
    contact_id blob   not null,
    event_id   blob   not null,
    name       text   not null,
    properties text   not null, -- JSON, '' : none
    at         bigint not null,
    sent_at    bigint not null,
    primary key (project_id, contact_id, event_id)
);

create table response (
    project_id   blob   not null,
    contact_id   blob   not null,
    response_id  blob   not null,
    survey_id    blob   not null,
    version      bigint not null,
    channel      text   not null,
    launch       text   not null,
    seq          bigint not null,
    answers      text   not null, -- JSON, '' : none
    hidden       text   not null, -- JSON, '' : none
    element      text   not null,
    tags         text   not null, -- JSON, '' : none
    first_shown  bigint not null,
    last_shown   bigint not null,
    shows        bigint not null,
    first_data   bigint not null,
    last_data    bigint not null,
    completed_at bigint not null,
    dismissed_at bigint not null,
    url          text   not null,
    locale       text   not null,
    device       text   not null,
    country      text   not null,
    inclusion    double precision not null,
    digest       blob,
    primary key (project_id, contact_id, response_id)
);
create index response_survey on response (project_id, survey_id, last_shown desc, response_id);
create index response_recent on response (project_id, last_shown desc, response_id);

create table counter (
    project_id blob   not null,
    survey_id  blob   not null, -- 16 zero bytes: over all surveys
    what       text   not null,
    bucket     bigint not null,
    n          bigint not null,
    primary key (project_id, survey_id, what, bucket)
) without rowid;

create table outbox (
    project_id blob   not null,
    contact_id blob   not null,
    outbox_id  blob   not null,
    topic      text   not null,
    subject_id blob   not null,
    body       text   not null, -- JSON
    created_at bigint not null,
    due_at     bigint not null,
    primary key (project_id, contact_id, outbox_id)
);
create index outbox_due on outbox (due_at, created_at, outbox_id);
create index outbox_created on outbox (created_at);
