// Drives the endpoint with aws-sdk-go-v2.
//
//	client CASES RESULTS
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"reflect"
	"runtime"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/smithy-go"
)

type request struct {
	KeyId            string
	Message          []byte
	MessageType      string
	Signature        []byte
	SigningAlgorithm string
	DryRun           bool
}

type testCase struct {
	Name    string  `json:"name"`
	Request request `json:"request"`
}

type result struct {
	Name      string  `json:"name"`
	Valid     string  `json:"valid,omitempty"`
	Exception string  `json:"exception,omitempty"`
	Message   *string `json:"message,omitempty"`
	Skipped   bool    `json:"skipped,omitempty"`
}

// Whether the SDK has this member: that of Debian 12 is older.
func setDryRun(input *kms.VerifyInput) bool {
	field := reflect.ValueOf(input).Elem().FieldByName("DryRun")
	if !field.IsValid() {
		return false
	}
	field.Set(reflect.ValueOf(aws.Bool(true)))
	return true
}

func verify(client *kms.Client, one testCase) result {
	input := &kms.VerifyInput{
		KeyId:            aws.String(one.Request.KeyId),
		Message:          one.Request.Message,
		MessageType:      types.MessageType(one.Request.MessageType),
		Signature:        one.Request.Signature,
		SigningAlgorithm: types.SigningAlgorithmSpec(one.Request.SigningAlgorithm),
	}
	if one.Request.DryRun && !setDryRun(input) {
		return result{Name: one.Name, Skipped: true}
	}
	output, err := client.Verify(context.Background(), input)
	if err == nil {
		if !output.SignatureValid {
			log.Fatal("SignatureValid")
		}
		return result{Name: one.Name, Valid: *output.KeyId}
	}
	var exception smithy.APIError
	if !errors.As(err, &exception) {
		log.Fatal(err)
	}
	// The type of the error, or the code if the SDK has no type for it.
	name := reflect.Indirect(reflect.ValueOf(exception)).Type().Name()
	if name == "GenericAPIError" {
		name = exception.ErrorCode()
	}
	text := exception.ErrorMessage()
	return result{Name: one.Name, Exception: name, Message: &text}
}

func main() {
	settings, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	// The SDK of Debian 12 does not read AWS_ENDPOINT_URL_KMS.
	client := kms.NewFromConfig(settings, func(options *kms.Options) {
		options.EndpointResolver = kms.EndpointResolverFromURL(os.Getenv("AWS_ENDPOINT_URL_KMS"))
	})
	cases, err := os.Open(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	results, err := os.Create(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	lines := bufio.NewScanner(cases)
	lines.Buffer(nil, 1<<20)
	encoder := json.NewEncoder(results)
	for lines.Scan() {
		var one testCase
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			log.Fatal(err)
		}
		if err := encoder.Encode(verify(client, one)); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Printf("aws-sdk-go-v2 %s, %s\n", aws.SDKVersion, runtime.Version())
}
